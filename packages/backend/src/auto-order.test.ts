import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { autoOrder, measurementFile } from "./auto-order.ts";

const usual = ["tensorflow-gpu", "tensorflow", "webgpu", "wasm", "cpu"];
const machine = { processor: "P", cores: 2, tensorflow: "2.21.0", tensorflowGpu: null };
let file: string;

beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), "eddyflow-")), "backends.json");
});
afterEach(() => rm(join(file, ".."), { recursive: true }));

const order = async (content: unknown) => {
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return autoOrder(file, machine);
};

test("without a measurement the order is the usual one", () => {
  expect(autoOrder(file, machine)).toEqual({ names: usual, source: "the usual order" });
  expect(autoOrder(null, machine).names).toEqual(usual);
});

test("a measurement is looked for in .tools of the own checkout, nowhere above", async () => {
  const root = join(file, "..");
  const own = join(root, "packages/backend");
  const nested = join(root, "inner/packages/backend");
  const installed = join(root, "node_modules/@eddyflow/backend");
  for (const folder of [own, nested, installed]) await mkdir(folder, { recursive: true });
  await writeFile(join(root, "pnpm-workspace.yaml"), "");
  await writeFile(join(root, "inner/pnpm-workspace.yaml"), "");
  expect(measurementFile(own)).toBe(null);
  await mkdir(join(root, ".tools"));
  expect(measurementFile(own)).toBe(join(root, ".tools/backends.json"));
  expect(measurementFile(nested)).toBe(null);
  expect(measurementFile(installed)).toBe(null);
});

test("measured backends change places, those that were not measured stay where they are", async () => {
  const gflops = { tensorflow: 20, wasm: 50, cpu: 1 };
  const { names, source } = await order({ machine, gflops });
  expect(names).toEqual(["tensorflow-gpu", "wasm", "webgpu", "tensorflow", "cpu"]);
  expect(source).toBe(`the order measured in ${file}`);
});

test("a measurement that agrees with the usual order leaves it", async () => {
  const gflops = { tensorflow: 200, webgpu: 80, wasm: 50, cpu: 1 };
  expect((await order({ machine, gflops })).names).toEqual(usual);
});

test.each([
  ["half a file", '{"machine":', "cannot be read"],
  ["another JSON", [], "holds no measurement"],
  ["an unknown backend", { machine, gflops: { webgl: 3 } }, "holds no measurement"],
  ["a rate that is none", { machine, gflops: { cpu: "fast" } }, "holds no measurement"],
  [
    "another processor",
    { machine: { ...machine, processor: "Q" }, gflops: { cpu: 9 } },
    "is out of date (processor was Q, is P)",
  ],
  [
    "another TensorFlow",
    { machine: { ...machine, tensorflow: null }, gflops: { cpu: 9 } },
    "is out of date (tensorflow was none, is 2.21.0)",
  ],
])("%s is ignored with a reason", async (_, content, reason) => {
  expect(await order(content)).toEqual({
    names: usual,
    source: `the usual order, for ${file} ${reason}; run \`pnpm backends --measure\``,
  });
});
