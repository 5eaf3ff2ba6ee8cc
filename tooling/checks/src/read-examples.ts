import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Example, exampleOf } from "./example.ts";

const packagesFolder = join(import.meta.dirname, "../../../packages");

/** The example of each public package, with the package's name and folder. */
export async function readExamples(): Promise<
  readonly (Example & { readonly name: string; readonly folder: string })[]
> {
  const examples = [];
  for (const entry of await readdir(packagesFolder)) {
    const folder = join(packagesFolder, entry);
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    // What exports nothing has commands to show, not code.
    if (manifest.private === true || manifest.exports["."] === undefined) continue;
    const readme = await readFile(join(folder, "README.md"), "utf8");
    examples.push({ ...exampleOf(readme), name: manifest.name, folder });
  }
  return examples;
}
