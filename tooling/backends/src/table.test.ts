import { expect, test } from "vitest";
import { absent, type BackendReport } from "./backend-report.ts";
import { flopsOf } from "./measure-rate.ts";
import { backendTable } from "./table.ts";

const wasm: BackendReport = {
  name: "wasm",
  available: true,
  reason: null,
  remedy: null,
  version: "TensorFlow.js 4.22.0, WebAssembly",
  device: "P",
  threads: 2,
  memoryBytes: 2.5e8,
  gflops: 31.234,
};
const cpu: BackendReport = { ...wasm, name: "cpu", threads: 1, gflops: 0.5 };
const none = absent("tensorflow", "it is not installed", "run `pnpm native:install`");

test("columns are aligned, the choice of auto is marked, what is absent has a reason and a remedy", () => {
  const text = backendTable([none, wasm, cpu], { name: "wasm", source: "the usual order" });
  const lines = text.split("\n");
  const [heading = "", , absentLine, wasmLine = "", cpuLine = ""] = lines;
  expect(absentLine).toBe("  tensorflow   it is not installed");
  expect(wasmLine.startsWith("▸ wasm")).toBe(true);
  expect(wasmLine.indexOf("31.2") + 4).toBe(heading.indexOf("GFLOP/s") + 7);
  expect(cpuLine.indexOf("0.500") + 5).toBe(heading.indexOf("GFLOP/s") + 7);
  expect(wasmLine.indexOf("TensorFlow.js")).toBe(heading.indexOf("version"));
  expect(lines).toContain("▸ auto takes wasm, by the usual order");
  expect(lines.at(-1)).toMatch(/^ {2}tensorflow {3}run `pnpm native:install`$/u);
});

test("where nothing can be mended nothing is advised", () => {
  const text = backendTable([cpu], { name: "cpu", source: "EDDYFLOW_BACKEND" });
  expect(text).not.toContain("faster");
});

test("a convolution with its gradients takes 54 operations for each point and pair of channels", () => {
  expect(flopsOf({ batch: 2, size: 4, channels: 3 })).toBe(54 * 2 * 16 * 9);
});
