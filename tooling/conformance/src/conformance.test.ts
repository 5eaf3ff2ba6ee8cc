import { readFileSync } from "node:fs";
import { join } from "node:path";
import { availableBackends, type BackendName } from "@eddyflow/backend";
import { expect, test } from "vitest";
import { selectCases } from "./cases.ts";
import { missingCases, namesIn } from "./coverage.ts";
import { type BackendReport, runBackend } from "./run-backend.ts";
import { failuresOf, formatRefusals, formatTable } from "./summary.ts";

const root = join(import.meta.dirname, "../../..");
const only = process.env["EDDYFLOW_BACKEND"] as BackendName | undefined;

test("a few cases of every operation are right on every backend, and none lacks a case", {
  tags: ["slow"],
}, async () => {
  const reports: BackendReport[] = [];
  for (const name of only ? [only] : availableBackends()) {
    reports.push(await runBackend(name, true));
  }
  expect(failuresOf(reports)).toEqual([]);
  expect(missingCases(root, selectCases(true), reports)).toEqual([]);
  for (const { unavailable, results } of reports) {
    if (unavailable === null) expect(results.length).toBe(selectCases(true).length);
  }
});

test("CONFORMANCE.md has a row for each operation that has a case, with its number of cases", () => {
  const page = readFileSync(join(root, "tooling/conformance/CONFORMANCE.md"), "utf8");
  // An operation of ours may have the name of one of TensorFlow.js: the order tells them apart.
  const rows = [...page.matchAll(/^ {2}(\S.*?) {2,}(\d+) {2,}/gmu)].map(
    ([, name, count]) => `${name} ${count}`,
  );
  const counts = new Map<string, { readonly operation: string; count: number }>();
  for (const { group, operation } of selectCases(false)) {
    const key = `${group} ${operation}`;
    const entry = counts.get(key) ?? { operation, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  expect(rows).toEqual([...counts.values()].map(({ operation, count }) => `${operation} ${count}`));
});

test("an operation without a case is named", () => {
  const cases = selectCases(false).filter(({ operation }) => operation !== "transpose");
  const missing = missingCases(root, cases, []);
  expect(missing.filter((line) => line.includes("transpose"))).toEqual([
    expect.stringMatching(/^no case for transpose of TensorFlow\.js, used in packages\//u),
  ]);
  expect(missing).toContain("no case ran the kernel PadField");
});

test("imports are found in every form, types left out", () => {
  const source = `
    import { add, mul as times, type Tensor } from "@tensorflow/tfjs-core";
    import type { Tensor4D } from "@tensorflow/tfjs-core";
    import * as tf from "@tensorflow/tfjs-core";
    import { other } from "elsewhere";
    engine().runKernel("FusedConv2D", {});`;
  expect(namesIn(source)).toEqual(["add", "mul", "* as tf", "FusedConv2D"]);
});

const report = (
  value: BackendReport["results"][number]["value"],
  name: BackendName = "cpu",
): BackendReport => ({
  name,
  device: "a device",
  unavailable: null,
  seconds: 1,
  results: [{ group: "ops", operation: "pad", name: "[1]", value, gradient: null, kernels: [] }],
});

test("a wrong value and a crash are failures, a refusal is none", () => {
  expect(failuresOf([report({ status: "wrong", error: 0.5 })])).toEqual([
    "cpu: pad, [1], value: WRONG, error 5.0e-1",
  ]);
  expect(failuresOf([report({ status: "crashed", reason: "no answer for 60 s" })])).toEqual([
    "cpu: pad, [1], value: no answer for 60 s",
  ]);
  const refused = [report({ status: "refused", reason: "pad is not to be had" })];
  expect(failuresOf(refused)).toEqual([]);
  expect(formatRefusals(refused)).toBe("cpu refuses:\n  pad, value ([1]): pad is not to be had");
});

test("the table has a row per operation and a column per backend", () => {
  const table = formatTable([
    report({ status: "ok", error: 1.26e-7 }),
    report({ status: "wrong", error: Number.POSITIVE_INFINITY }, "wasm"),
  ]);
  expect(table).toBe(
    [
      "               cases  cpu        wasm",
      "@eddyflow/ops",
      "  pad          1      ok 1.3e-7  WRONG ∞",
    ].join("\n"),
  );
});

test("a process that does not start makes its backend unavailable, with the reason", async () => {
  const { unavailable, results } = await runBackend("webgl" as BackendName, true);
  expect(unavailable).toContain('unknown backend "webgl"');
  expect(results).toEqual([]);
});
