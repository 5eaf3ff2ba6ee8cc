import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

// Each test starts a process, which takes its time where others compute.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-command-"));
});
afterAll(() => rm(folder, { recursive: true }));

const commandLine = new URL("run-command.ts", import.meta.url).href;
const core = import.meta.resolve("@eddyflow/core");

async function script(name: string, body: string) {
  const path = join(folder, `${name}.ts`);
  await writeFile(
    path,
    `import { runCommand } from ${JSON.stringify(commandLine)};
     import { ArgumentError } from ${JSON.stringify(core)};
     await runCommand("trainer", async ({ argv, signal, endAt }) => { ${body} });`,
  );
  return { path };
}

async function started(name: string, body: string) {
  const { path } = await script(name, body);
  const child = spawn(process.execPath, [path, "one"], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, result: Promise.all([ended, text(child.stdout), text(child.stderr)]) };
}

const result = async (name: string, body: string) => (await started(name, body)).result;

test("a command that returns ends with 0", async () => {
  expect(await result("fine", "console.log(argv.join())")).toEqual([0, "one\n", ""]);
});

test("an error that a user can mend is one line and 2", async () => {
  const body = `throw new ArgumentError({ problem: "unknown\\nmodel", expected: "flow", remedy: "ask" });`;
  expect(await result("mendable", body)).toEqual([
    2,
    "",
    "trainer: unknown model; expected flow; ask\n",
  ]);
});

test.each([
  [
    "Kernel 'FFT' not registered for backend 'wasm'",
    "trainer: the backend wasm lacks the operation FFT; expected a backend that has it; choose another with --backend; see pnpm backends\n",
  ],
  [
    "Cannot compute gradient: gradient function not found for Einsum.",
    "trainer: TensorFlow.js has no gradient of the operation Einsum; expected operations of @eddyflow/ops, or such as TensorFlow.js can differentiate; compute without Einsum inside the loss, on every backend\n",
  ],
])("TensorFlow.js's own %j is one line and 2", async (message, line) => {
  const name = message.includes("Kernel") ? "kernel" : "gradient";
  expect(await result(name, `throw new Error(${JSON.stringify(message)});`)).toEqual([2, "", line]);
});

test("a full disk is one line and 2, also inside another error", async () => {
  const full = `Object.assign(new Error("ENOSPC"), { code: "ENOSPC", path: "/data/x" })`;
  const line =
    "trainer: /data/x: the disk is full; expected free space; free some, or choose another folder\n";
  expect(await result("full", `throw ${full};`)).toEqual([2, "", line]);
  expect(await result("within", `throw new Error("write", { cause: ${full} });`)).toEqual([
    2,
    "",
    line,
  ]);
});

test("a folder on a read-only disk is told as such, a missing file is a defect", async () => {
  const missing = (syscall: string) =>
    `throw Object.assign(new Error("ENOENT"), { code: "ENOENT", syscall: "${syscall}", path: "/x" });`;
  const [code, , stderr] = await result("read-only", missing("mkdir"));
  expect([code, stderr.includes("/x: the file system is read-only")]).toEqual([2, true]);
  expect((await result("missing", missing("open")))[0]).toBe(1);
});

test("a folder that cannot be made is a real error of the system, one line and 2", async () => {
  const [code, , stderr] = await result(
    "below-file",
    `const { mkdir } = await import("node:fs/promises"); await mkdir(process.argv[1] + "/x", { recursive: true });`,
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^trainer: .*below-file\.ts.*: a file stands where a folder should; .*\n$/u,
  );
});

test("a defect shows its stack and ends with 1", async () => {
  const [code, , stderr] = await result("defect", "(undefined as any).x;");
  expect(code).toBe(1);
  expect(stderr).toContain("TypeError");
  expect(stderr).toContain("defect.ts");
});

const waiting = `
  const timer = setInterval(() => {}, 1000);
  console.log("ready");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));`;

test("Ctrl-C lets the command finish and ends with 130; its echo within half a second is ignored", async () => {
  const body = `${waiting}
    await new Promise((resolve) => setTimeout(resolve, 200));
    clearInterval(timer); console.log("clean");`;
  const { child, result } = await started("interrupted", body);
  await once(child.stdout, "readable");
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGINT"), 50);
  expect(await result).toEqual([130, "ready\nclean\n", ""]);
});

test("a second Ctrl-C ends a command that does not stop", async () => {
  const { child, result } = await started("stubborn", `${waiting} await new Promise(() => {});`);
  await once(child.stdout, "readable");
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGINT"), 700);
  expect(await result).toEqual([130, "ready\n", ""]);
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGUSR1", 138],
  ["SIGUSR2", 140],
  ["SIGXCPU", 152],
] as const)("%s lets the command finish and ends with %i", async (signal, code) => {
  const body = `${waiting} clearInterval(timer); console.log("clean");`;
  const { child, result } = await started(signal, body);
  await once(child.stdout, "readable");
  child.kill(signal);
  expect(await result).toEqual([code, "ready\nclean\n", ""]);
});

test("a further signal that a command names lets it finish too, and ends with 128 + its number", async () => {
  const body = `endAt("ALRM"); ${waiting} clearInterval(timer); console.log("clean");`;
  const { child, result } = await started("alarm", body);
  await once(child.stdout, "readable");
  child.kill("SIGALRM");
  expect(await result).toEqual([142, "ready\nclean\n", ""]);
});

test("a command whose bootstrap is killed saves and ends", async () => {
  const { path } = await script(
    "orphan",
    `${waiting} clearInterval(timer);
     (await import("node:fs")).writeFileSync(process.argv[1] + ".saved", "");`,
  );
  // The parent tells its own number, as the bootstrap does, and then waits.
  const parent = spawn(
    process.execPath,
    [
      "-e",
      `require("node:child_process").spawn(process.execPath, [${JSON.stringify(path)}], {
         stdio: "inherit", env: { ...process.env, EDDYFLOW_STARTED_BY: String(process.pid) } });`,
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  await once(parent.stdout, "readable");
  parent.kill("SIGKILL");
  // The pipe closes when the orphan, which holds it too, has ended.
  await once(parent, "close");
  expect(await readdir(folder)).toContain("orphan.ts.saved");
});

/** Writes lines until it is asked to stop, then leaves a file. */
const talking = (stream: "stdout" | "stderr") => `
  const { writeFile } = await import("node:fs/promises");
  while (!signal.aborted) {
    process.${stream}.write("line\\n");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  console.log("stopped");
  await writeFile(process.argv[1] + ".saved", "");`;

test.each(["stdout", "stderr"] as const)(
  "a %s that nobody reads lets the command save and ends with 141",
  async (stream) => {
    const name = `closed-${stream}`;
    const { path } = await script(name, talking(stream));
    const child = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "pipe"] });
    await once(child[stream], "readable");
    child[stream].destroy();
    const [code] = await once(child, "close");
    expect(code).toBe(141);
    expect(await readdir(folder)).toContain(`${name}.ts.saved`);
  },
);

test("an output on a full disk lets the command save, says so and ends with 2", async ({
  skip,
}) => {
  if (process.platform !== "linux") skip("there is no /dev/full");
  const { path } = await script("full-output", talking("stdout"));
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [path], { stdio: ["ignore", full, "pipe"] });
  const [[code], said] = await Promise.all([once(child, "close"), text(child.stderr as Readable)]);
  closeSync(full);
  expect(code).toBe(2);
  expect(said).toMatch(/^trainer: the output cannot be written \(.*ENOSPC.*\)\n$/u);
  expect(await readdir(folder)).toContain("full-output.ts.saved");
});
