import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packagesIn } from "./example.ts";
import { readExamples } from "./read-examples.ts";

const run = promisify(execFile);
const examples = (await readExamples())
  // What forgets to choose a backend would find the one that another example chose.
  .toSorted((a, b) => Number(a.code.includes("useBackend")) - Number(b.code.includes("useBackend")))
  // Inside its package, so that an import means what it means to the package's own code.
  .map((example) => ({ ...example, file: join(example.folder, ".readme/example.ts") }));
for (const { file, code } of examples) {
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, code);
}
const files = examples.map(({ file }) => file);

test("the example of every package's README prints what it says", { tags: ["slow"] }, async () => {
  const script = join(import.meta.dirname, "run-examples.ts");
  const { stdout } = await run(process.execPath, [script, ...files]);
  const outcomes = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  for (const { file, printed } of examples) {
    expect.soft(outcomes[file], file).toEqual({ lines: printed, error: null });
  }
});

test.each(examples)(
  "the README of $name begins with the install of what its example imports",
  ({ code, installed, name }) => {
    expect(installed[0]).toBe(name);
    expect(installed).toEqual(expect.arrayContaining([...packagesIn(code)]));
  },
);
