import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readWorkspace, root } from "./structure/workspace.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(root, "own-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a script of one's own in a folder of the checkout finds every package", async () => {
  const names = readWorkspace()
    .filter(
      ({ folder, manifest }) => folder.startsWith("packages/") && "." in (manifest.exports ?? {}),
    )
    .map(({ manifest }) => manifest.name)
    .filter((name) => name.startsWith("@eddyflow/"));
  const script = join(folder, "x.ts");
  await writeFile(
    script,
    `for (const name of ${JSON.stringify(names)}) console.log(import.meta.resolve(name));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(names.length).toBeGreaterThan(15);
  expect(stdout.trim().split("\n")).toHaveLength(names.length);
});
