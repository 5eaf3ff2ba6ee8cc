import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { autoOrder } from "./auto-order.ts";
import { keepMeasurement } from "./keep-measurement.ts";

test("what was kept decides the order on the same machine, and nothing else is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
  const path = join(folder, "backends.json");
  keepMeasurement({ wasm: 1 }, path);
  expect(keepMeasurement({ wasm: 3, cpu: 7 }, path)).toBe(path);
  const { names, source } = autoOrder(path);
  expect(names.slice(-2)).toEqual(["cpu", "wasm"]);
  expect(source).toBe(`the order measured in ${path}`);
  expect(await readdir(folder)).toEqual(["backends.json"]);
  await rm(folder, { recursive: true });
});
