import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Runs an app as a person does who stands in a folder, and gives what it says. */
export async function runApp(
  app: "simulator" | "importer" | "trainer" | "evaluator",
  folder: string,
  words: readonly string[],
): Promise<string> {
  const cli = join(import.meta.dirname, "../../../apps", app, "src/cli.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...words], {
    env: { ...process.env, INIT_CWD: folder },
  });
  return stdout;
}
