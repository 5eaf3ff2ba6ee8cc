import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { studies } from "../studies.ts";
import { checkWeights } from "./check-weights.ts";
import type { KeptTable } from "./kept.ts";

const root = join(import.meta.dirname, "../../../..");
const pages = join(root, "results");
const { signal } = new AbortController();
/** Its test data take two minutes to simulate: `pnpm results --check` does it. */
const dear = "methods-kolmogorov2d";
let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "eddyflow-results-test-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test("figures of the pages come out again from the weights beside them", {
  tags: ["slow"],
  timeout: 240_000,
}, async () => {
  const checked = [];
  for (const { name } of studies) {
    const weightsOnly = name === dear;
    checked.push(...(await checkWeights(name, { root, pages, scratch, weightsOnly, signal })));
  }
  expect(checked.length).toBeGreaterThan(0);
  expect(checked.filter(({ agrees }) => !agrees)).toEqual([]);
});

test("weights of another training are refused, and so are missing ones", async () => {
  const own = join(scratch, "pages");
  await mkdir(own);
  const file = "deterministic-limit.json";
  await cp(join(pages, file), join(own, file));
  const { kept } = JSON.parse(await readFile(join(pages, file), "utf8")) as {
    kept: readonly KeptTable[];
  };
  const folder = kept[0]?.models[0]?.weights[0]?.folder as string;
  const check = () => checkWeights("deterministic-limit", { root, pages: own, scratch, signal });
  await expect(check).rejects.toThrow("is not there");
  await mkdir(join(own, folder), { recursive: true });
  await writeFile(join(own, folder, "manifest.json"), "{}");
  await expect(check).rejects.toThrow("holds the weights of another training");
});

test("a study without a page has nothing to check", async () => {
  expect(await checkWeights("no-such-study", { root, pages, scratch, signal })).toEqual([]);
});
