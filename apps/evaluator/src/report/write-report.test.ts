import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { writeReport } from "./write-report.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a report is a page, pictures, tables and a summary, and nothing is left over", {
  tags: ["slow"],
}, async () => {
  await writeReport(join(folder, "new"), exampleEvaluation);
  expect((await readdir(join(folder, "new"))).toSorted()).toEqual([
    "cost-crps.png",
    "cost-distillation.png",
    "ensemble.png",
    "frames.png",
    "metrics.csv",
    "overview.png",
    "report.html",
    "rollout-crps.png",
    "rollout-vrmse.png",
    "spectra.csv",
    "spectra.png",
    "spectrum-ratios.png",
    "summary.json",
  ]);
  const summary = JSON.parse(await readFile(join(folder, "new", "summary.json"), "utf8"));
  expect(summary.contestants).toHaveLength(exampleEvaluation.contestants.length);
});

test("a folder that cannot be made is an error, and what stands there stays", async () => {
  const file = join(folder, "file");
  await writeFile(file, "kept");
  await expect(writeReport(file, exampleEvaluation)).rejects.toThrow(/EEXIST|ENOTDIR/u);
  expect(await readFile(file, "utf8")).toBe("kept");
});
