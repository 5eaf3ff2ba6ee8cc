import { execFile } from "node:child_process";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isEddyflowError } from "@eddyflow/core";
import {
  conv2d,
  getBackend,
  grads,
  maxPool,
  mul,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
} from "@tensorflow/tfjs-core";
import { afterEach, expect, test, vi } from "vitest";
import { type BackendInfo, type BackendName, findNvidiaDriver, useBackend } from "./index.ts";
import { sizeOf } from "./size-of.ts";
import { findNativeFolder } from "./tensorflow/native-folder.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const wave = (shape: number[], phase: number): Tensor => {
  const size = sizeOf(shape);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + phase + (i % 5))),
    shape,
  );
};

test("the active backend is the one that is reported", async () => {
  const { name, version, device, threads, chosenBy, refused } = await useBackend("auto");
  expect(getBackend()).toBe(name);
  expect(name).toBe(process.env["EDDYFLOW_BACKEND"]);
  expect(device).not.toBe("");
  expect(version).toMatch(/\d+\.\d+/u);
  expect(chosenBy).toBe("EDDYFLOW_BACKEND");
  expect(threads).toBeGreaterThan(0);
  // Of WebGPU on the processor this is said.
  expect(refused.filter((refusal) => refusal.name !== name)).toEqual([]);
});

test("an unknown backend is an error that lists the known ones", async () => {
  const unknown = useBackend("webgl" as BackendName);
  await expect(unknown).rejects.toThrow(
    'unknown backend "webgl"; expected auto, tensorflow-gpu, tensorflow, webgpu, wasm, cpu',
  );
  vi.stubEnv("EDDYFLOW_BACKEND", "cuda");
  await expect(useBackend("auto")).rejects.toThrow("correct EDDYFLOW_BACKEND");
});

/** ⟨dy, ∂f⟩ by the registered gradient against a central difference along `u`, for each operand. */
async function expectExactGradients(
  f: (...xs: Tensor[]) => Tensor,
  operands: Tensor[],
): Promise<void> {
  const y = f(...operands);
  const dy = wave(y.shape, 3);
  const gradients = grads((...xs: Tensor[]) => f(...xs))(operands, dy);
  const h = 2 ** -8;
  for (const [i, x] of operands.entries()) {
    const u = wave(x.shape, 5);
    const at = (factor: number): Tensor => {
      const moved = operands.map((z, k) => (k === i ? sub(z, mul(u, -factor)) : z));
      return sum(mul(f(...moved), dy));
    };
    const [difference] = await sub(at(h), at(-h)).data();
    const [product] = await sum(mul(gradients[i] as Tensor, u)).data();
    expect((difference as number) / (2 * h)).toBeCloseTo(product as number, 1);
  }
}

test.each([
  [1, "valid", 3],
  [1, "same", 2],
  [2, "same", 3],
  [2, "valid", 3],
] as const)(
  "tf.conv2d of stride %i, %s, kernel %i has exact gradients",
  async (strides, pad, k) => {
    await expectExactGradients(
      (x, filter) => conv2d(x as Tensor4D, filter as Tensor4D, strides, pad),
      [wave([2, 6, 8, 3], 1), wave([k, k, 3, 4], 2)],
    );
  },
);

test("tf.maxPool passes gradients to negative maxima", async () => {
  await expectExactGradients(
    (x) => maxPool(x as Tensor4D, 2, 2, "valid"),
    [sub(wave([2, 4, 6, 3], 1), 3)],
  );
});

const runIfCpu = test.runIf(process.env["EDDYFLOW_BACKEND"] === "cpu");

runIfCpu("in a fresh process, auto passes over damaged native libraries and says why", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
  await writeFile(
    join(folder, "manifest.json"),
    JSON.stringify({
      tensorflow: "2.21.0",
      files: { "tfjs_binding.node": { bytes: 7 } },
      addon: { file: "tfjs_binding.node" },
    }),
  );
  const script = `
    const { useBackend } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
    const info = await useBackend("auto");
    const absent = await useBackend("tensorflow").catch((error) => error.message);
    console.log(JSON.stringify({ info, absent }));`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script],
    { env: { ...process.env, EDDYFLOW_BACKEND: "", EDDYFLOW_NATIVE: folder } },
  );
  const { info, absent } = JSON.parse(stdout) as { info: BackendInfo; absent: string };
  const reason = `${join(folder, "tfjs_binding.node")} is missing`;
  expect(info.name).toBe("wasm");
  expect(info.chosenBy).toMatch(/^the usual order/u);
  expect(info.refused.find(({ name }) => name === "tensorflow")).toEqual({
    name: "tensorflow",
    reason,
    remedy: "run `pnpm native:install`",
  });
  expect(absent).toBe(`${reason}; expected 7 bytes; run \`pnpm native:install\``);
  expect(stderr).toBe("");
  await rm(folder, { recursive: true });
});

runIfCpu("an addon that cannot be loaded is an error of one line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
  vi.stubEnv("EDDYFLOW_NATIVE", folder);
  await writeFile(join(folder, "addon.node"), "no addon");
  await writeFile(
    join(folder, "manifest.json"),
    JSON.stringify({
      tensorflow: "2.21.0",
      files: { "addon.node": { bytes: 8 } },
      addon: { file: "addon.node" },
    }),
  );
  const error: unknown = await useBackend("tensorflow").catch((cause: unknown) => cause);
  expect(isEddyflowError(error, "BackendError")).toBe(true);
  const { message } = error as Error;
  expect(message).toContain(`${join(folder, "addon.node")} cannot be loaded: `);
  expect(message).toContain("run `pnpm native:install`");
  expect(message).not.toContain("\n");
  expect(getBackend()).toBe("cpu");
  await rm(folder, { recursive: true });
});

runIfCpu(
  "an addon whose content changed under the same size is named before it is loaded",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
    vi.stubEnv("EDDYFLOW_NATIVE", folder);
    const sha256 = "0".repeat(64);
    const past = new Date(Date.now() - 60_000);
    const manifest = join(folder, "manifest.json");
    await writeFile(
      manifest,
      JSON.stringify({
        tensorflow: "2.21.0",
        files: { "addon.node": { bytes: 20, sha256 } },
        addon: { file: "addon.node" },
      }),
    );
    await utimes(manifest, past, past);
    const header = Buffer.alloc(20);
    header.write("\u007fELF", "latin1");
    header.writeUInt16LE(process.arch === "arm64" ? 183 : 62, 18);
    await writeFile(join(folder, "addon.node"), header);
    await expect(useBackend("tensorflow")).rejects.toThrow(
      `${join(folder, "addon.node")} is damaged; expected sha256 ${sha256}; run \`pnpm native:install --force\``,
    );
    await rm(folder, { recursive: true });
  },
);

/** Two processes that load TensorFlow take their time where others compute. */
const twoProcesses = 60_000;

/** Runs a module in a process of its own and reads the JSON that it prints. */
async function inFreshProcess(body: string, env: Readonly<Record<string, string>>) {
  const script = `
    const { useBackend } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
    const attempt = (name) => useBackend(name).then(({ name }) => name, (error) => error.message);
    ${body}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script],
    { env: { ...process.env, EDDYFLOW_BACKEND: "", ...env } },
  );
  return JSON.parse(stdout) as unknown;
}

test.runIf(process.env["EDDYFLOW_BACKEND"] === "cpu" && findNvidiaDriver() === null)(
  "tensorflow-gpu is refused without a driver, and without an installation",
  async () => {
    await expect(useBackend("tensorflow-gpu")).rejects.toThrow(
      "this machine has no NVIDIA driver; expected /dev/nvidiactl or libcuda.so.1",
    );
    const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
    await writeFile(join(folder, "libcuda.so.1"), "");
    vi.stubEnv("LD_LIBRARY_PATH", folder);
    vi.stubEnv("EDDYFLOW_NATIVE_CUDA", join(folder, "nothing"));
    await expect(useBackend("tensorflow-gpu")).rejects.toThrow("pnpm native:install --cuda");
    await rm(folder, { recursive: true });
  },
);

test.runIf(process.env["EDDYFLOW_BACKEND"] === "tensorflow" && findNvidiaDriver() === null)(
  "a TensorFlow that sees no card is no tensorflow-gpu, and a process holds one TensorFlow",
  { timeout: twoProcesses },
  async () => {
    const native = findNativeFolder();
    if (native === null) return;
    const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
    await writeFile(join(folder, "libcuda.so.1"), "");
    const env = { LD_LIBRARY_PATH: folder, EDDYFLOW_NATIVE_CUDA: native.path };
    const body = (first: string, second: string) =>
      `console.log(JSON.stringify([await attempt("${first}"), await attempt("${second}")]));`;
    expect(await inFreshProcess(body("tensorflow-gpu", "tensorflow"), env)).toEqual([
      expect.stringMatching(/^no GPU is visible to TensorFlow; expected .*; check `nvidia-smi`/u),
      "tensorflow",
    ]);
    expect(await inFreshProcess(body("tensorflow", "tensorflow-gpu"), env)).toEqual([
      "tensorflow",
      expect.stringMatching(/^this process has loaded TensorFlow for the processor; /u),
    ]);
    await rm(folder, { recursive: true });
  },
);

test.runIf(process.env["EDDYFLOW_BACKEND"] === "tensorflow" && findNvidiaDriver() === null)(
  "with TensorFlow for the processor in the place of a card, tensorflow-gpu computes what tensorflow does",
  { timeout: twoProcesses },
  async () => {
    const native = findNativeFolder();
    if (native === null) return;
    const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
    await writeFile(join(folder, "libcuda.so.1"), "");
    const compute = `
      const { convolution } = await import(${JSON.stringify(import.meta.resolve("@eddyflow/ops"))});
      const { getBackend, grads, tensor } = await import(${JSON.stringify(import.meta.resolve("@tensorflow/tfjs-core"))});
      const wave = (shape) => tensor(Float32Array.from({ length: shape.reduce((n, m) => n * m) }, (_, i) => i % 7 - 3), shape);
      const f = (x, weight, bias) => convolution(x, weight, bias, { relu: true });
      const operands = [wave([2, 6, 6, 3]), wave([3, 3, 3, 4]), wave([4])];
      const results = [f(...operands), ...grads(f)(operands, wave([2, 4, 4, 4]))];
      console.log(JSON.stringify([name, getBackend(), results.map((y) => [...y.dataSync()])]));`;
    const asCard = `
      const { default: Module } = await import("node:module");
      const load = Module._extensions[".node"];
      Module._extensions[".node"] = (module, path) => {
        load(module, path);
        module.exports = Object.create(module.exports, { isUsingGpuDevice: { value: () => true } });
      };`;
    const use = (name: string) => `const name = await attempt("${name}");${compute}`;
    const env = { LD_LIBRARY_PATH: folder, EDDYFLOW_NATIVE_CUDA: native.path };
    const [, , expected] = (await inFreshProcess(use("tensorflow"), env)) as unknown[];
    expect(await inFreshProcess(`${asCard}${use("tensorflow-gpu")}`, env)).toEqual([
      "tensorflow-gpu",
      "tensorflow-gpu",
      expected,
    ]);
    await rm(folder, { recursive: true });
  },
);

test("the errors of this package are BackendErrors", async () => {
  const error = await useBackend("webgl" as BackendName).catch((cause: unknown) => cause);
  expect(isEddyflowError(error, "BackendError")).toBe(true);
});
