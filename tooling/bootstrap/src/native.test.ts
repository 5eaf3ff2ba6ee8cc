import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installNative, nativeState, wantsNative } from "./native.mjs";

test("native TensorFlow is wanted unless another backend is named", () => {
  expect(wantsNative("trainer", ["ks2d", "flow"], {})).toBe(true);
  expect(wantsNative("trainer", ["--backend", "tensorflow"], { EDDYFLOW_BACKEND: "cpu" })).toBe(
    true,
  );
  expect(wantsNative("demo", [], { EDDYFLOW_BACKEND: "auto" })).toBe(true);
  expect(wantsNative("demo", [], { EDDYFLOW_BACKEND: "wasm" })).toBe(false);
  expect(wantsNative("trainer", ["--backend", "wasm"], {})).toBe(false);
  expect(wantsNative("trainer", ["--backend=cpu"], {})).toBe(false);
});

test("a help text, a simulation and a page do without it", () => {
  expect(wantsNative("trainer", ["--help"], {})).toBe(false);
  expect(wantsNative("simulator", ["ks2d"], {})).toBe(false);
  expect(wantsNative("playground", [], {})).toBe(false);
});

describe("the state of the install", () => {
  let root: string;
  let env: Record<string, string>;
  const installer = () => join(root, "tooling/native/src/cli.ts");
  const kernel = () => join(root, "packages/backend/src/tensorflow/kernels/kernel.cc");
  /** Stands in for tooling/native. */
  const runInstaller = (script: string) => {
    writeFileSync(installer(), script);
    const signal = new AbortController().signal;
    return installNative(root, process.execPath, { env, signal });
  };
  const refuse = () => runInstaller("console.error('native: no g++'); process.exit(3)");
  const succeed = () =>
    runInstaller(`const fs = require("node:fs");
      fs.mkdirSync(".tools/native", { recursive: true });
      fs.writeFileSync(".tools/native/a.so", "12345");
      fs.writeFileSync(".tools/native/manifest.json", '{ "files": { "a.so": { "bytes": 5 } } }');`);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "native-"));
    mkdirSync(join(root, "bin"));
    mkdirSync(join(root, "tooling/native/src"), { recursive: true });
    mkdirSync(join(root, "packages/native/src"), { recursive: true });
    mkdirSync(join(kernel(), ".."), { recursive: true });
    writeFileSync(kernel(), "// a kernel");
    env = { PATH: join(root, "bin") };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("nothing known: install; installed: ready; a file cut short: install", async () => {
    expect(nativeState(root, env, Date.now()).kind).toBe("install");
    expect(await succeed()).toBe(true);
    expect(nativeState(root, env, Date.now()).kind).toBe("ready");
    truncateSync(join(root, ".tools/native/a.so"), 1);
    expect(nativeState(root, env, Date.now()).kind).toBe("install");
  });

  test("a refusal is remembered with its reason", async () => {
    expect(await refuse()).toBe(false);
    expect(nativeState(root, env, Date.now())).toEqual({ kind: "refused", reason: "no g++" });
  });

  test("a refusal is forgotten after an hour, where a tool appears and where the installer changes", async () => {
    await refuse();
    expect(nativeState(root, env, Date.now() + 3_600_001).kind).toBe("install");
    writeFileSync(join(root, "bin/g++"), "");
    chmodSync(join(root, "bin/g++"), 0o755);
    expect(nativeState(root, env, Date.now()).kind).toBe("install");
    rmSync(join(root, "bin/g++"));
    expect(nativeState(root, env, Date.now()).kind).toBe("refused");
    writeFileSync(installer(), "// changed");
    expect(nativeState(root, env, Date.now()).kind).toBe("install");
  });

  test("a change of the installer or of a kernel's source sets it up again, a test's does not", async () => {
    await succeed();
    writeFileSync(installer().replace("cli.ts", "cli.test.ts"), "// a test");
    expect(nativeState(root, env, Date.now()).kind).toBe("ready");
    writeFileSync(kernel(), "// another kernel");
    expect(nativeState(root, env, Date.now()).kind).toBe("install");
    writeFileSync(kernel(), "// a kernel");
    expect(nativeState(root, env, Date.now()).kind).toBe("ready");
    writeFileSync(kernel().replace("kernel.cc", "another.cc"), "");
    expect(nativeState(root, env, Date.now()).kind).toBe("install");
  });

  test("an install by hand after a refusal counts", async () => {
    await refuse();
    mkdirSync(join(root, ".tools/native"));
    writeFileSync(join(root, ".tools/native/a.so"), "12345");
    const manifest = '{ "files": { "a.so": { "bytes": 5 } } }';
    writeFileSync(join(root, ".tools/native/manifest.json"), manifest);
    expect(nativeState(root, env, Date.now()).kind).toBe("ready");
  });

  test("an interrupted install is not taken for a refusal", async () => {
    writeFileSync(installer(), "setTimeout(() => {}, 60_000)");
    const controller = new AbortController();
    const running = installNative(root, process.execPath, { env, signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toThrow();
    expect(nativeState(root, env, Date.now()).kind).toBe("install");
  });
});
