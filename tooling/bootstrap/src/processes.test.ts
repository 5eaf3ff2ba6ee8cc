import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { endOfOutput, findOnPath, run, withFolderOnPath } from "./processes.mjs";
import { runCommand } from "./run-command.mjs";

test("a program's code and the end of both streams are kept", async () => {
  const script = "console.log('out'); console.error('err'); process.exit(4)";
  const { code, output } = await run(process.execPath, ["-e", script]);
  expect(code).toBe(4);
  expect(output.split("\n").sort()).toEqual(["", "err", "out"]);
});

test("a program that does not exist has no code", async () => {
  expect(await run("eddyflow-no-such-program", [])).toMatchObject({ code: null });
});

test("only the last lines of an output are shown", () => {
  expect(endOfOutput("a\nb\nc\n", 2)).toBe("b\nc");
});

test("the folder comes first on the search path, however the variable is spelt", () => {
  expect(withFolderOnPath({ Path: "b" }, "a")).toEqual({ Path: `a${delimiter}b` });
  expect(withFolderOnPath({}, "a")).toEqual({ PATH: "a" });
});

test.runIf(process.platform !== "win32")("a file that cannot be run is not found", () => {
  const folder = mkdtempSync(join(tmpdir(), "path-"));
  writeFileSync(join(folder, "tool"), "", { mode: 0o644 });
  expect(findOnPath("tool", { PATH: folder })).toBeNull();
  writeFileSync(join(folder, "other"), "", { mode: 0o755 });
  expect(findOnPath("other", { PATH: `${tmpdir()}${delimiter}${folder}` })).toBe(
    join(folder, "other"),
  );
  rmSync(folder, { recursive: true });
});

test("a command's code and signal come back", async () => {
  const options = { cwd: tmpdir(), env: process.env };
  const command = (script: string) => runCommand(process.execPath, ["-e", script], options);
  expect(await command("process.exit(7)")).toEqual({ code: 7, signal: null });
  expect(await command("process.kill(process.pid, 'SIGKILL')")).toMatchObject({ code: null });
});
