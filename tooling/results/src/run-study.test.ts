import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runStudy } from "./run-study.ts";
import { deterministicLimit } from "./studies/deterministic-limit.ts";
import { extentOf } from "./studies/extent.ts";

const root = join(import.meta.dirname, "../../..");
const out = join("runs", `results-test-${process.pid}`);
const pages = join(root, out, "pages");

const run = (table?: string) =>
  runStudy(deterministicLimit, {
    ...{ place: { root, out }, extent: extentOf(true), seeds: 1, only: undefined },
    ...{
      budgets: undefined,
      table,
      signal: new AbortController().signal,
      pages,
      command: "pnpm results",
      together: 2,
      keepsWeights: false,
    },
  });

afterAll(() => rm(join(root, out), { recursive: true, force: true }));

test("a study goes the whole way to its page, and a second time there is nothing to do", {
  tags: ["slow"],
  timeout: 120_000,
}, async () => {
  const first = await run();
  expect(first.worked).toBe(4);
  const rows = first.tables.flat();
  expect(rows.map(({ sampler }) => sampler)).toContain("midpoint:50");
  expect(rows.every(({ figures }) => Number.isFinite(figures["VRMSE"]?.value))).toBe(true);
  const page = await readFile(first.page, "utf8");
  expect(page).toContain("## Euler and midpoint steps beside regression");
  expect(page).not.toContain(root);

  const second = await run();
  expect(second.worked).toBe(0);
  expect(await readFile(second.page, "utf8")).toBe(page);
});

test("a heading that no table has is refused with those there are", async () => {
  await expect(run("Nothing")).rejects.toThrow("Euler and midpoint steps beside regression");
});
