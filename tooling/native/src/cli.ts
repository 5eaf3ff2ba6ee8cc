import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isEddyflowError } from "@eddyflow/core";
import { installNative } from "./install-native.ts";

const help = `pnpm native:install [--force] [--wheel FILE]

Installs native TensorFlow for the tensorflow backend under .tools/native of this checkout (EDDYFLOW_NATIVE=FOLDER: there).
Needs pip, g++, x86-64 Linux with glibc 2.27 or later, and 1.2 GB of disk, of which 853 MB stay. Does nothing where it is done.

  --force       install anew
  --wheel FILE  use this wheel of TensorFlow instead of downloading it with pip
  --help        show this

Exit codes: 0 installed, 2 wrong arguments, 3 this machine cannot have it (the reason is printed), 130 interrupted.`;

const interruption = new AbortController();
process.on("SIGINT", () => interruption.abort());
process.on("SIGTERM", () => interruption.abort());

process.exitCode = await main();

async function main(): Promise<number> {
  let flags: { force?: boolean; help?: boolean; wheel?: string };
  try {
    flags = parseArgs({
      options: {
        force: { type: "boolean" },
        help: { type: "boolean" },
        wheel: { type: "string" },
      },
    }).values;
  } catch (error) {
    console.error(`native: ${(error as Error).message.split("\n")[0]}; see --help`);
    return 2;
  }
  if (flags.help) {
    console.log(help);
    return 0;
  }
  const { signal } = interruption;
  const here = process.env["INIT_CWD"] ?? process.cwd();
  const checkout = join(import.meta.dirname, "../../..");
  try {
    await installNative(
      resolve(process.env["EDDYFLOW_NATIVE"] || join(checkout, ".tools/native")),
      {
        force: flags.force ?? false,
        wheel: flags.wheel === undefined ? undefined : resolve(here, flags.wheel),
        signal,
        report: (line) => console.log(`native: ${line}`),
      },
    );
    return 0;
  } catch (error) {
    if (signal.aborted) {
      console.error("native: interrupted, nothing is left behind; run it again to start anew");
      return 130;
    }
    if (!isEddyflowError(error)) throw error;
    console.error(`native: ${error.message}`);
    return 3;
  }
}
