import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findAddon } from "./find-addon.ts";
import { installNative } from "./install-native.ts";
import { runTool } from "./run-tool.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "native-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a wheel that is not the pinned one is refused, and nothing is left behind", async () => {
  const wheel = join(folder, "x.whl");
  await writeFile(wheel, "no wheel");
  const target = join(folder, "install/native");
  const install = installNative(target, { wheel, report: () => {} });
  // Where the machine cannot have it or has no compiler, that is said first.
  await expect(install).rejects.toMatchObject({ name: expect.stringMatching(/BackendError/) });
  expect(await readdir(join(folder, "install")).catch(() => [])).toEqual([]);
});

test.each([
  [["install", "--forse"], /--forse.*--help/u],
  [["instal"], /unknown command "instal"; expected install/u],
  [["install", "--anyway"], /--anyway needs --cuda/u],
] as const)("%s ends the command with code 2 and one line", async (args, message) => {
  const cli = join(import.meta.dirname, "cli.ts");
  const { code, stderr } = await runTool([process.execPath, cli, ...args]);
  expect(code).toBe(2);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(message);
});

test("a compiler that is missing is named, with why the packed addon cannot be used", async () => {
  vi.stubEnv("PATH", folder);
  try {
    const elsewhere = { platform: "linux", arch: "riscv64", glibc: "2.36" };
    await expect(findAddon("a recipe", elsewhere)).rejects.toThrow(
      /^g\+\+ is missing; it compiles the addon between Node and TensorFlow, and this package has no addon for linux riscv64; expected g\+\+ 8 or later; install it/u,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a program that does not exist and one that is killed are told apart from a failure", async () => {
  expect(await runTool(["eddyflow-no-such-program"])).toMatchObject({
    code: null,
    cause: "ENOENT",
  });
  const kill = "process.kill(process.pid, 'SIGKILL')";
  expect(await runTool([process.execPath, "-e", kill])).toMatchObject({
    code: null,
    cause: "SIGKILL",
  });
  expect(await runTool([process.execPath, "-e", "process.exit(5)"])).toMatchObject({
    code: 5,
    cause: null,
  });
});
