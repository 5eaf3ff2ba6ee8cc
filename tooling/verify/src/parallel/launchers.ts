import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { withoutLauncher } from "@eddyflow/parallel/node";
import { type Started, startProcess } from "../training/start-process.ts";

/** A launcher of MPI, by the name that Debian gives it, where several may be installed. */
export interface Launcher {
  readonly name: string;
  readonly program: string;
  /** For more ranks than cores, and in a container. */
  readonly options: readonly string[];
  /** The variable that tells a process its rank. */
  readonly rank: string;
}

export const launchers: readonly Launcher[] = [
  {
    name: "openmpi",
    program: "mpirun.openmpi",
    options: ["--oversubscribe", "--allow-run-as-root"],
    rank: "OMPI_COMM_WORLD_RANK",
  },
  { name: "mpich", program: "mpirun.mpich", options: [], rank: "PMI_RANK" },
];

/** Whether a launcher is on this machine. */
export const isHere = ({ program }: Launcher): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));

/** Tells the processes of one job from all others. */
const jobVariable = "EDDYFLOW_VERIFIED_JOB";

/** The words after which a program runs in so many ranks. */
const launched = (
  { options }: Launcher,
  ranks: number,
  words: readonly string[],
): readonly string[] => [...options, "-n", String(ranks), process.execPath, ...words];

/** Starts a script of Node in so many ranks, each on one thread. */
export const startJob = (
  launcher: Launcher,
  ranks: number,
  { words, job }: { readonly words: readonly string[]; readonly job: string },
): Started =>
  startProcess(launcher.program, launched(launcher, ranks, words), {
    env: { ...withoutLauncher(), [jobVariable]: job },
  });

/** The process of a rank of a job; null where it is not there, yet or any more. */
export async function processOf(
  { rank: variable }: Launcher,
  job: string,
  rank: number,
): Promise<number | null> {
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/u.test(name)) continue;
    const text = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
    const variables = text.split("\0");
    if (variables.includes(`${jobVariable}=${job}`) && variables.includes(`${variable}=${rank}`)) {
      return Number(name);
    }
  }
  return null;
}

/** What the trainer itself said last, without what the launcher adds. */
export const lastOf = (said: string): string => {
  const lines = said.trimEnd().split("\n");
  return lines.findLast((line) => line.startsWith("trainer:")) ?? lines.at(-1) ?? "";
};
