import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { exampleOf } from "./example.ts";

const packagesFolder = join(import.meta.dirname, "../../../packages");
const isPublic = async (name: string): Promise<boolean> =>
  JSON.parse(await readFile(join(packagesFolder, name, "package.json"), "utf8")).private !== true;
const packages: string[] = [];
for (const name of await readdir(packagesFolder)) if (await isPublic(name)) packages.push(name);

test("the example of every package's README prints what it says", { tags: ["slow"] }, async () => {
  const promised = new Map<string, readonly string[]>();
  for (const name of packages) {
    const { code, printed } = exampleOf(
      await readFile(join(packagesFolder, name, "README.md"), "utf8"),
    );
    // Inside its package, so that an import means what it means to the package's own code.
    const file = join(packagesFolder, name, ".readme", "example.ts");
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, code);
    promised.set(file, printed);
  }
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, "run-examples.ts"),
    ...promised.keys(),
  ]);
  const outcomes = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  for (const [file, lines] of promised) {
    expect.soft(outcomes[file], file).toEqual({ lines, error: null });
  }
});
