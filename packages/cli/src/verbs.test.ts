import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { verbs } from "./verbs.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string) => JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
const run = (...words: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, "cli.ts"), ...words]);

test("the package depends on what the apps that are bundled into it depend on", () => {
  const { dependencies, devDependencies } = read("packages/cli");
  const bundled = ["apps/simulator", "apps/importer", "apps/trainer", "apps/evaluator"].map(read);
  const shared = read("packages/command-line");
  const wanted = [...bundled, shared].flatMap((manifest) => Object.entries(manifest.dependencies));
  const fromNpm = wanted.filter(([name]) => name !== shared.name);
  expect(dependencies).toEqual(Object.fromEntries(fromNpm));
  expect(Object.keys(devDependencies).sort()).toEqual(
    [...bundled, shared].map(({ name }) => name).sort(),
  );
});

test("the help names every verb, and a mistyped one is told with the nearest", async () => {
  const { stdout } = await run("--help");
  for (const { name, about } of verbs) expect(stdout).toContain(`${name.padEnd(8)}  ${about}`);
  await expect(run("trian")).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^eddyflow: unknown verb "trian"; .*did you mean "train"\?\n$/u),
  });
});

test("a verb hands its words to its app", async () => {
  await expect(run("predict", "a", "b", "c")).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^evaluator: "b" is one word too many; .* predict CHECKPOINT/u),
  });
  const { stdout } = await run("train", "--help");
  expect(stdout).toMatch(/^trainer: /u);
});
