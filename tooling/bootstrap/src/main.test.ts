import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

/** A checkout with nothing in it but this package, where pnpm is there and does nothing. */
let root: string;
let bootstrap: string;
const write = (path: string, content: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), content);
};
/** As from a shell: what a package manager says of the checkout that these tests run in is left out. */
const env = () => ({
  ...process.env,
  ...{ npm_package_json: undefined, EDDYFLOW_BACKEND: "cpu", INIT_CWD: root },
});
const start = (...args: string[]) =>
  spawnSync(process.execPath, [bootstrap, ...args], { env: env(), encoding: "utf8" });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bootstrap-"));
  bootstrap = join(root, "tooling/bootstrap/bootstrap.mjs");
  cpSync(join(import.meta.dirname, ".."), join(root, "tooling/bootstrap"), {
    recursive: true,
    filter: (path) => !path.includes("node_modules"),
  });
  write("package.json", '{ "packageManager": "pnpm@11.0.1" }');
  const pnpm = { version: "11.0.1", bin: { pnpm: "pnpm.mjs" } };
  write(".tools/node_modules/pnpm/package.json", JSON.stringify(pnpm));
  write(
    ".tools/node_modules/pnpm/pnpm.mjs",
    "import { mkdirSync } from 'node:fs'; mkdirSync('node_modules', { recursive: true });",
  );
});
afterEach(() => rmSync(root, { recursive: true }));

test("the first run sets up and says so, the second says nothing; arguments and code pass through", () => {
  write(
    "apps/trainer/src/cli.ts",
    "console.log(JSON.stringify(process.argv.slice(2)), process.cwd()); process.exit(6);",
  );
  const args = ["ks2d", "--x=a b", "--", "--force"];
  const first = start("trainer", ...args);
  expect(first.stderr).toBe("");
  expect(first.stdout).toMatch(/^bootstrap: installing .*there is no node_modules.*\n/);
  const second = start("trainer", ...args);
  expect(second.stdout).toBe(`${JSON.stringify(args)} ${root}\n`);
  expect([first.status, second.status]).toEqual([6, 6]);
});

test("node runs a script of one's own where one stands, with its arguments and its exit code", () => {
  write("own/x.ts", "const n: number = 7; console.log(process.argv.slice(2), n); process.exit(n);");
  start("node", "own/x.ts");
  const options = { env: { ...env(), INIT_CWD: join(root, "own") }, encoding: "utf8" } as const;
  const { status, stdout } = spawnSync(
    process.execPath,
    [bootstrap, "node", "x.ts", "--flag", "a b"],
    options,
  );
  expect(stdout).toBe("[ '--flag', 'a b' ] 7\n");
  expect(status).toBe(7);
});

test("an unknown command is named, with what there is, and ends with code 2", () => {
  const { status, stderr } = start("trian");
  expect(status).toBe(2);
  expect(stderr).toMatch(/unknown command "trian"/);
  expect(stderr).toMatch(/trainer/);
});

test("a pnpm that fails ends the set-up with the end of its output", () => {
  write(".tools/node_modules/pnpm/pnpm.mjs", "console.log('no registry'); process.exit(1);");
  const { status, stderr } = start("trainer");
  expect(status).toBe(1);
  expect(stderr).toMatch(/no registry\n.*run it again/);
});

test("the trainer is started with its options, by the bootstrap and by start.mjs alike", () => {
  write(
    "apps/trainer/src/cli.ts",
    "console.log(JSON.stringify([process.execArgv, process.env.MALLOC_ARENA_MAX, process.argv.slice(2)])); process.exit(5);",
  );
  start("trainer");
  const words = ["ks2d", "--x=a b"];
  const script = join(root, "tooling/bootstrap/start.mjs");
  const stripOnce = pathToFileURL(join(root, "tooling/bootstrap/src/strip-once.mjs")).href;
  const own: Record<string, string | undefined> = { ...env(), MALLOC_ARENA_MAX: undefined };
  const options = { env: own, encoding: "utf8", cwd: root } as const;
  for (const command of [bootstrap, script]) {
    const { status, stdout } = spawnSync(process.execPath, [command, "trainer", ...words], options);
    expect(status).toBe(5);
    const nodeOptions = ["--import", stripOnce, "--max-semi-space-size=4"];
    expect(JSON.parse(stdout)).toEqual([nodeOptions, "1", words]);
  }
  expect(spawnSync(process.execPath, [script, "trian"], options)).toMatchObject({ status: 2 });
});

test.each(["bootstrap.mjs", "start.mjs"])(
  "a signal reaches the command, which is waited for, through %s",
  async (script) => {
    const note = join(root, "note");
    write(
      "apps/trainer/src/cli.ts",
      `import { writeFileSync } from "node:fs";
    process.on("SIGTERM", () => setTimeout(() => { writeFileSync(${JSON.stringify(note)}, "saved"); process.exit(9); }, 100));
    setInterval(() => {}, 1000);
    console.log("ready");`,
    );
    const child = spawn(process.execPath, [join(bootstrap, "..", script), "trainer"], {
      env: env(),
    });
    child.stdout.on("data", (chunk) => {
      if (String(chunk).includes("ready")) child.kill("SIGTERM");
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).toBe(9);
    expect(readFileSync(note, "utf8")).toBe("saved");
  },
);

test.each([
  ["bootstrap.mjs", ""],
  ["start.mjs", ""],
  // A shell that stays between the two.
  ["bootstrap.mjs", "; exit"],
])("a command ends when npm is killed, which started %s%s", async (script, rest) => {
  const note = join(root, "note");
  write(
    "apps/trainer/src/cli.ts",
    `import { writeFileSync } from "node:fs";
    process.on("SIGHUP", () => { writeFileSync(${JSON.stringify(note)}, "saved"); process.exit(); });
    setInterval(() => {}, 1000);
    console.log("ready");`,
  );
  const command = `"${process.execPath}" "${join(bootstrap, "..", script)}" trainer${rest}`;
  const npm = spawn(
    process.execPath,
    [
      "-e",
      `require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(command)}], { stdio: "inherit" })`,
    ],
    { env: { ...env(), npm_lifecycle_event: "trainer" }, stdio: ["ignore", "pipe", "ignore"] },
  );
  npm.stdout.on("data", (chunk) => {
    if (String(chunk).includes("ready")) npm.kill("SIGKILL");
  });
  // The pipe closes when the last of them has ended.
  await new Promise((resolve) => npm.once("close", resolve));
  expect(readFileSync(note, "utf8")).toBe("saved");
});

test.skipIf(process.platform !== "linux")("a command runs where its addresses are limited", () => {
  write("apps/trainer/src/cli.ts", "const text: string = 'here'; console.log(text);");
  const limited = 'ulimit -v 4000000; exec "$0" "$@"';
  const { stdout, stderr } = spawnSync(
    "bash",
    ["-c", limited, process.execPath, bootstrap, "trainer"],
    { env: env(), encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/\nhere\n$/);
});

/** Root may write anywhere, so it becomes somebody else. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const readOnly = (...args: string[]) => {
  for (const folder of [root, join(root, ".tools")]) chmodSync(folder, 0o555);
  const ownEnv = { ...env(), EDDYFLOW_BACKEND: "auto" };
  const result = spawnSync(process.execPath, [bootstrap, ...args], {
    ...nobody,
    env: ownEnv,
    encoding: "utf8",
  });
  for (const folder of [root, join(root, ".tools")]) chmodSync(folder, 0o755);
  return result;
};

test.skipIf(process.platform === "win32")(
  "a checkout that cannot be written does without native TensorFlow, also when a refusal is an hour old",
  () => {
    write("apps/trainer/src/cli.ts", "console.log('here');");
    for (const folder of ["tooling/native/src", "packages/native/src"]) write(`${folder}/x.ts`, "");
    write("packages/backend/src/tensorflow/kernels/x.cc", "");
    start("trainer");
    write(".tools/native-outcome.json", JSON.stringify({ refused: "no g++", at: 0 }));
    const { stdout, stderr, status } = readOnly("trainer");
    expect(stderr).toBe("");
    expect(stdout).toBe(
      "bootstrap: continuing without native TensorFlow, on a slower backend (this checkout cannot be written)\nhere\n",
    );
    expect(status).toBe(0);
  },
);

test.skipIf(process.platform === "win32")(
  "a checkout that cannot be written and lacks its packages is told in one line",
  () => {
    const { stderr, status } = readOnly("trainer");
    expect(stderr).toMatch(
      /^bootstrap: there is no node_modules, and this checkout cannot be written; .*\n$/,
    );
    expect(status).toBe(2);
  },
);

test("a package manager that may not write below HOME is told with HOME, not with the connection", () => {
  write(
    ".tools/node_modules/pnpm/pnpm.mjs",
    "console.log('EACCES: permission denied, mkdir /x/.cache'); process.exit(1);",
  );
  const { stderr, status } = start("trainer");
  expect(stderr).toContain(`set HOME (${process.env["HOME"]})`);
  expect(stderr).not.toContain("connection");
  expect(status).toBe(1);
});
