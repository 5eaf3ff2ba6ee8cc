import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { surveyBackend } from "./survey.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-backends-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(name: string, body: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, body);
  return path;
}

test("the plain backend is there and has a rate", async () => {
  const report = await surveyBackend("cpu");
  expect(report).toMatchObject({ name: "cpu", available: true, reason: null, threads: 1 });
  expect(report.version).toMatch(/^TensorFlow\.js \d/u);
  expect(report.gflops).toBeGreaterThan(0);
  expect(report.memoryBytes).toBeGreaterThan(2 ** 24);
});

test("a backend that crashes is reported with how it ended", async () => {
  const crash = await script("crash", `process.kill(process.pid, "SIGSEGV")`);
  expect(await surveyBackend("tensorflow", { script: crash })).toMatchObject({
    available: false,
    reason: "it ended with SIGSEGV when it was tried",
    remedy: "run `pnpm backends --verify`, which finds damaged files",
  });
  const failure = await script("failure", `throw new TypeError("no such thing")`);
  expect(await surveyBackend("wasm", { script: failure })).toMatchObject({
    available: false,
    reason: "it ended with TypeError: no such thing when it was tried",
    remedy: "use another backend",
  });
});

test("a backend that hangs is ended", async () => {
  const hang = await script("hang", "setInterval(() => {}, 1000)");
  expect(await surveyBackend("webgpu", { script: hang, limitSeconds: 0.5 })).toMatchObject({
    available: false,
    reason: "it does not answer within 0.5 s",
  });
});

test("an interruption ends the measurement", async () => {
  const hang = await script("wait", "setInterval(() => {}, 1000)");
  const signal = AbortSignal.timeout(200);
  await expect(surveyBackend("cpu", { script: hang, signal })).rejects.toThrow(/timeout/u);
});
