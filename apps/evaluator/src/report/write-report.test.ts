import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
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

test("a report is a page, pictures, tables and a summary, with nothing left over or written through links", {
  tags: ["slow"],
}, async () => {
  const outside = join(folder, "outside");
  await writeFile(outside, "mine");
  await mkdir(join(folder, "new"));
  for (const name of ["report.html", "summary.json", "metrics.csv", "frames.png"]) {
    await symlink(outside, join(folder, "new", name));
  }
  await writeReport(join(folder, "new"), exampleEvaluation);
  expect(await readFile(outside, "utf8")).toBe("mine");
  expect((await readdir(join(folder, "new"))).toSorted()).toEqual([
    "cost-crps.png",
    "cost-distillation.png",
    "ensemble.png",
    "frames.png",
    "metrics.csv",
    "overview.png",
    "ranks-1-u.png",
    "report.html",
    "rollout-crps.png",
    "rollout-vrmse.png",
    "spectra.csv",
    "spectra.png",
    "spectrum-ratios.png",
    "spread-skill.png",
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
