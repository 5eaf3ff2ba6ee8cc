import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { useBackend } from "@eddyflow/backend";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import { beforeAll, expect, test } from "vitest";
import { type OnnxCase, onnxCases } from "./onnx-cases.test.helpers.ts";

/** Of the largest value of a field. */
const tolerance = 1e-5;
let cases: readonly OnnxCase[] = [];

beforeAll(async () => {
  await useBackend("cpu");
  cases = await onnxCases();
});

function difference(found: ArrayLike<number>, { data }: OnnxCase["expected"]): number {
  expect(found.length).toBe(data.length);
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    data.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(found[i]))), 0) / largest
  );
}

test("onnxruntime-web computes what our networks and samplers do, for every kind and padding", async () => {
  env.wasm.numThreads = 1;
  for (const { name, model, inputs, output, expected } of cases) {
    const session = await InferenceSession.create(model, { executionProviders: ["wasm"] });
    expect([name, session.inputNames.toSorted()]).toEqual([name, Object.keys(inputs).toSorted()]);
    const feeds = Object.entries(inputs).map(
      ([port, { data, shape }]) => [port, new Tensor("float32", data, shape)] as const,
    );
    const result = (await session.run(Object.fromEntries(feeds)))[output] as Tensor;
    expect([name, result.dims]).toEqual([name, expected.shape]);
    const largest = difference(result.data as Float32Array, expected);
    expect(largest, `${name}: ${largest}`).toBeLessThan(tolerance);
    await session.release();
  }
});

const python = process.env["EDDYFLOW_PYTHON"] || "python3";
const run = promisify(execFile);
const script = fileURLToPath(
  new URL("../../../../tooling/reference/onnx/check-models.py", import.meta.url),
);

test("ONNX's checker accepts every model, and onnxruntime in Python computes the same", async ({
  skip,
}) => {
  const missing = await run(python, ["-c", "import numpy, onnx, onnxruntime"]).then(
    () => null,
    () => `${python} has no numpy, onnx and onnxruntime`,
  );
  skip(missing !== null, missing ?? "");
  const folder = await mkdtemp(join(tmpdir(), "onnx-"));
  try {
    const list = [];
    for (const [i, { name, model, inputs, output, expected }] of cases.entries()) {
      const place = join(folder, String(i));
      await mkdir(place);
      await writeFile(join(place, "model.onnx"), model);
      const fields = { ...inputs, expected };
      for (const [field, { data }] of Object.entries(fields)) {
        await writeFile(join(place, field), data);
      }
      const shapes = Object.entries(fields).map(([field, { shape }]) => [field, shape] as const);
      list.push({ place, name, output, shapes: Object.fromEntries(shapes) });
    }
    await writeFile(join(folder, "cases.json"), JSON.stringify(list));
    const { stdout } = await run(python, [script, join(folder, "cases.json")]);
    const results = JSON.parse(stdout) as Readonly<Record<string, number>>;
    expect(Object.keys(results)).toHaveLength(cases.length);
    for (const [name, largest] of Object.entries(results)) {
      expect(largest, `${name}: ${largest}`).toBeLessThan(tolerance);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
