import { join } from "node:path";
import { configOf } from "./config-of.ts";
import { contentKey } from "./content-key.ts";
import type { Place } from "./place.ts";
import { settingWords } from "./setting.ts";
import type { Simulation } from "./simulate.ts";
import { slugOf } from "./slug.ts";
import type { Work } from "./work.ts";

export interface TrainingOptions {
  /** Without its seed. */
  readonly name: string;
  readonly data: Simulation;
  readonly method: string;
  /** What it learns from; none for a method that learns from data alone. */
  readonly teacher?: Training;
  /** Whose weights it begins with, where those are not its method's own. */
  readonly start?: Training;
  readonly seed: number;
  readonly iterations: number;
  /** Keys of the method's recipe that are not the experiment's own. */
  readonly settings: readonly string[];
  readonly seconds: number;
}

/** A training, and the run that it leaves. */
export interface Training extends Work {
  readonly method: string;
  readonly seed: number;
  /** Folder of its run. */
  readonly run: string;
}

/** A training as a call of the trainer, named after its recipe, its data and its teacher. */
export async function training(
  { root, out, precision = "float32" }: Place,
  { name, data, method, teacher, start, seed, iterations, settings, seconds }: TrainingOptions,
): Promise<Training> {
  const { setting, experimentName } = data;
  const keys = [
    ...settings,
    // Validated once, at its end.
    ...(settings.some((text) => text.startsWith("validateEvery="))
      ? []
      : [`validateEvery=${iterations}`]),
    "checkpointEvery=500",
  ].map((text) => `models.${method}.${text}`);
  const { network, models } = await configOf(root, setting, [
    ...keys,
    `models.${method}.iterations=${iterations}`,
  ]);
  const recipe = models[method as keyof typeof models];
  const key = contentKey({
    ...{ data: data.key, teacher: teacher?.key ?? null, method, seed, network, recipe },
    ...(start && { start: start.key }),
    ...(precision !== "float32" && { precision }),
  });
  const run = slugOf(`${name} seed ${seed}`);
  const folder = join(out, "trainings", `${run}-${key}`);
  return {
    title: `${name}, seed ${seed}`,
    ...{ app: "trainer", key, folder, seconds, method, seed },
    needs: [data, ...[teacher, start].filter((each) => each !== undefined)],
    run: join(folder, experimentName, method, run),
    begun: join(folder, experimentName, method, run),
    args: (begun) => {
      const [experiment, ...words] = settingWords(setting);
      return [
        ...[experiment as string, method, begun ? "--resume" : "--new", "--name", run],
        ...(teacher === undefined ? [] : ["--teacher", teacher.run]),
        ...(start === undefined ? [] : ["--start", start.run]),
        ...["--seed", String(seed), "--data", data.folder, "--out", folder],
        ...["--max-iters", String(iterations)],
        ...(precision === "float32" ? [] : ["--precision", precision]),
        // Also to a run that is gone on with: the trainer refuses one that was begun with others.
        ...words,
        ...keys,
      ];
    },
  };
}

/** The same training with each of the seeds 0, 1, … */
export const trainings = (
  place: Place,
  seeds: number,
  options: Omit<TrainingOptions, "seed">,
): Promise<readonly Training[]> =>
  Promise.all(Array.from({ length: seeds }, (_, seed) => training(place, { ...options, seed })));
