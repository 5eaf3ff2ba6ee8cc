import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** Ends the process where it loads what a help text needs no part of. */
const hooks = `export async function resolve(specifier, context, next) {
  if (specifier === "zod" || specifier.startsWith("@tensorflow/")) throw new Error("loaded " + specifier);
  return next(specifier, context);
}`;
const inData = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const registration = inData(
  `import { register } from "node:module"; register(${JSON.stringify(inData(hooks))});`,
);

test.each(["simulator", "importer", "trainer", "evaluator"])(
  "the %s shows its help without loading zod or TensorFlow.js",
  { tags: ["slow"] },
  async (app) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...["--import", registration, join(root, "apps", app, "src", "cli.ts"), "--help"],
    ]);
    expect(stdout).toContain("Usage");
  },
);
