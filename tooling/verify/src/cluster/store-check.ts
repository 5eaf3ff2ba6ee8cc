import { join } from "node:path";
import { mustEnd } from "../training/must-end.ts";
import { type Started, startProcess } from "../training/start-process.ts";
import type { TrainingCheck } from "../training/training-check.ts";
import { differentFiles } from "./different-files.ts";

const cli = join(import.meta.dirname, "../../../../apps/simulator/src/cli.ts");

/** Two frames of 4 × 4 points, which take less time than they take to be written. */
const recipe = [
  ...["ks2d", "--size", "small", "--split", "train", "data.numPoints=16", "data.extent=15"],
  ...["data.warmUp=0", "data.frames=2", "data.observation.pointStride=4"],
];

export interface StoreCheckOptions {
  readonly trajectories: number;
  readonly processes: number;
  /** An empty folder. */
  readonly folder: string;
}

/** Fills one store by several processes at once, each told its part as Slurm tells the tasks of an array, and another by one. */
export async function storeCheck({
  trajectories,
  processes,
  folder,
}: StoreCheckOptions): Promise<TrainingCheck> {
  const start = (out: string, env: Readonly<Record<string, string>> = {}): Started =>
    startProcess(
      process.execPath,
      [cli, ...recipe, "--trajectories", String(trajectories), "--out", join(folder, out)],
      { env },
    );
  const range = { MIN: 0, MAX: processes - 1, STEP: 1, COUNT: processes };
  const taskOf = (id: number) =>
    Object.fromEntries(
      Object.entries({ ...range, ID: id }).map(([name, value]) => [
        `SLURM_ARRAY_TASK_${name}`,
        String(value),
      ]),
    );
  const seconds = async (work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    return ((performance.now() - begun) / 1000).toFixed(0);
  };
  const started: Started[] = [];
  try {
    const alone = await seconds(async () => {
      const one = start("one");
      started.push(one);
      await mustEnd("one simulator", one);
    });
    let finishers = 0;
    const together = await seconds(async () => {
      const tasks = Array.from({ length: processes }, (_, id) => start("many", taskOf(id)));
      started.push(...tasks);
      for (const [id, task] of tasks.entries()) {
        await mustEnd(`simulator ${id}`, task);
        if ((await task.ended).said.includes(`train.zarr: ${trajectories} trajectories`))
          finishers++;
      }
    });
    const { files, wrong } = await differentFiles(join(folder, "many"), join(folder, "one"));
    const unfinished = finishers === 0 ? ["no process finished the store"] : [];
    return {
      name: `${trajectories} trajectories by ${processes} processes`,
      ok: wrong.length === 0 && finishers > 0,
      figures: `${files} files, the bytes of one process's; ${together} s, and ${alone} s by one process; finished by ${finishers}`,
      wrong: [...wrong, ...unfinished],
    };
  } finally {
    for (const process of started) process.kill();
  }
}
