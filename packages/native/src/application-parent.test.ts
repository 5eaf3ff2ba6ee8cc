import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applicationParent } from "./application-parent.ts";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "application-")));
});
afterEach(() => rm(folder, { recursive: true }));

async function install(version: string, at = "node_modules"): Promise<void> {
  const backend = join(folder, at, "@eddyflow/backend");
  await mkdir(backend, { recursive: true });
  await writeFile(
    join(backend, "package.json"),
    JSON.stringify({ name: "@eddyflow/backend", version }),
  );
}

const { version } = JSON.parse(
  await readFile(join(import.meta.dirname, "../package.json"), "utf8"),
) as { version: string };

test("the backend may be there through the commands alone, beside them as pnpm keeps it", async () => {
  const store = "node_modules/.pnpm/cli/node_modules";
  await install(version, store);
  const commands = join(folder, store, "@eddyflow/cli");
  await mkdir(commands, { recursive: true });
  await writeFile(join(commands, "package.json"), JSON.stringify({ name: "@eddyflow/cli" }));
  await mkdir(join(folder, "node_modules/@eddyflow"), { recursive: true });
  await symlink(commands, join(folder, "node_modules/@eddyflow/cli"));
  expect(applicationParent(folder)).toBe(join(folder, ".eddyflow"));
});

test("native TensorFlow lies beside the node_modules that has the backend, and git leaves it out", async () => {
  await install(version);
  const part = join(folder, "packages/part");
  await mkdir(part, { recursive: true });
  expect(applicationParent(part)).toBe(join(folder, ".eddyflow"));
  expect(await readFile(join(folder, ".eddyflow/.gitignore"), "utf8")).toBe("*\n");
});

test("a folder without the backend, or with that of another release, is refused", async () => {
  expect(() => applicationParent(folder)).toThrow(
    `${folder} has no @eddyflow/backend that could use native TensorFlow`,
  );
  await install("99.0.0");
  expect(() => applicationParent(folder)).toThrow("run `npx @eddyflow/native@99.0.0 install`");
});
