import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findNvidiaDriver } from "@eddyflow/backend";
import { BackendError, isEddyflowError } from "@eddyflow/core";
import { installNative } from "./install-native.ts";
import { cpu, cuda } from "./pins.ts";

/** For whom the installer runs: a checkout of the project, or an application with its packages. */
export interface Installation {
  /** What a person types. */
  readonly command: string;
  /** Of what the folder is, in words. */
  readonly place: string;
  /** The folder that gets `native` and `native-cuda`. @throws BackendError where there is none. */
  parent(): string;
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
const download: number = cuda.wheels.reduce((sum, { bytes }) => sum + bytes, 0);

const help = (
  command: string,
  place: string,
) => `${command} [--cuda [--anyway]] [--force] [--wheel PATH]

Installs native TensorFlow for the tensorflow backend, in the folder "native" ${place} (EDDYFLOW_NATIVE=FOLDER: there).
Needs pip, x86-64 Linux with glibc 2.27 or later, g++ (without it the addon of the package is used where it fits), and
1.2 GB of disk, of which 853 MB stay. Does nothing if it is installed already.

  --cuda        for the tensorflow-gpu backend instead: TensorFlow for NVIDIA cards and the libraries it loads, in
                "native-cuda" (EDDYFLOW_NATIVE_CUDA=FOLDER: there); ${gigabytes(download)} to download, ${gigabytes(cuda.bytes.installed)} on the disk
  --anyway      with --cuda: install even if no NVIDIA driver is found
  --force       install anew
  --wheel PATH  use this wheel of TensorFlow (with --cuda: the wheels in this folder) instead of downloading
  --help        show this

Exit codes: 0 installed, 2 wrong arguments, 3 this machine cannot have it (the reason is printed), 130 interrupted.`;

/** The installer as a command: prints each step, and what went wrong in one line. Returns the exit code. */
export async function runInstaller(
  args: readonly string[],
  { command, place, parent }: Installation,
): Promise<number> {
  const interruption = new AbortController();
  process.on("SIGINT", () => interruption.abort());
  process.on("SIGTERM", () => interruption.abort());
  let flags: { anyway?: boolean; cuda?: boolean; force?: boolean; help?: boolean; wheel?: string };
  try {
    flags = parseArgs({
      args: [...args],
      options: {
        anyway: { type: "boolean" },
        cuda: { type: "boolean" },
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
    console.log(help(command, place));
    return 0;
  }
  const forCuda = flags.cuda ?? false;
  if (flags.anyway && !forCuda) {
    console.error("native: --anyway needs --cuda; see --help");
    return 2;
  }
  const { signal } = interruption;
  const here = process.env["INIT_CWD"] ?? process.cwd();
  try {
    if (forCuda && !flags.anyway) requireDriver();
    const [variable, name] = forCuda
      ? ["EDDYFLOW_NATIVE_CUDA", "native-cuda"]
      : ["EDDYFLOW_NATIVE", "native"];
    await installNative(resolve(process.env[variable] || join(parent(), name)), {
      distribution: forCuda ? cuda : cpu,
      force: flags.force ?? false,
      wheel: flags.wheel === undefined ? undefined : resolve(here, flags.wheel),
      signal,
      report: (line) => console.log(`native: ${line}`),
    });
    return 0;
  } catch (error) {
    if (signal.aborted) {
      console.error("native: interrupted; nothing is left behind; run it again to start over");
      return 130;
    }
    if (!isEddyflowError(error)) throw error;
    console.error(`native: ${error.message}`);
    return 3;
  }
}

/** @throws BackendError where this machine has no driver for NVIDIA cards. */
function requireDriver(): void {
  if (findNvidiaDriver() !== null) return;
  throw new BackendError({
    problem: "this machine has no NVIDIA driver",
    expected: "/dev/nvidiactl or libcuda.so.1",
    remedy: `install the driver first, or add --anyway to download ${gigabytes(download)} without it`,
  });
}
