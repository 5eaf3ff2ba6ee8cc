import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TrainingCheck } from "../training/training-check.ts";
import { startOneMachineSlurm } from "./one-machine-slurm.ts";
import { arrayCheck, chainCheck, trainingCheck } from "./slurm-checks.ts";
import { storeCheck } from "./store-check.ts";

/** What can be checked alone, in this order. */
export const clusterParts = ["store", "slurm"] as const;
type ClusterPart = (typeof clusterParts)[number];

interface ClusterChecksOptions {
  readonly parts: readonly ClusterPart[];
  readonly isQuick: boolean;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Runs the parts and gives their checks as they are made, or why a part is left out.
 *
 * @throws the signal's reason where it is aborted, and an Error where a program fails or nothing comes of it in time.
 */
export async function* runClusterChecks({
  parts,
  isQuick,
  folder,
  signal,
}: ClusterChecksOptions): AsyncGenerator<TrainingCheck | { readonly skipped: string }, void, void> {
  if (parts.includes("store")) {
    const own = join(folder, "store");
    await mkdir(own);
    yield await storeCheck({ trajectories: isQuick ? 200 : 10_000, processes: 8, folder: own });
  }
  if (!parts.includes("slurm")) return;
  const slurm = await startOneMachineSlurm(join(folder, "slurm"));
  if (typeof slurm === "string") {
    yield { skipped: `Slurm: ${slurm}` };
    return;
  }
  try {
    const inFolder = async (name: string) => {
      const own = join(folder, name);
      await mkdir(own);
      return { slurm, folder: own, signal };
    };
    yield await arrayCheck(await inFolder("array"));
    const hasMpi = await slurm.command("mpirun.openmpi", "--version").then(
      () => true,
      () => false,
    );
    yield await chainCheck(await inFolder("chain"), hasMpi);
    yield await trainingCheck(await inFolder("training"), {
      script: "tooling/slurm/train.sbatch",
      sbatch: [],
      named: "a training by train.sbatch, warned and preempted",
    });
    if (!hasMpi) {
      yield { skipped: "several processes: Open MPI is not installed (Debian: openmpi-bin)" };
      return;
    }
    yield await trainingCheck(await inFolder("training-nodes"), {
      script: "tooling/slurm/train-nodes.sbatch",
      sbatch: ["--nodes=1", "--ntasks-per-node=2", "--cpus-per-task=4"],
      named: "a training by train-nodes.sbatch with two processes, warned and preempted",
    });
  } finally {
    await slurm.stop();
  }
}
