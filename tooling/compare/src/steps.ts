import { join } from "node:path";
import type { DemoStep } from "demo";

/** Where an experiment and its data are, and where runs and the report go, all relative to the root of the checkout. */
export interface StudyPlaces {
  /** Module of the experiment. */
  readonly experiment: string;
  readonly data: string;
  readonly out: string;
}

export interface TrainingOptions {
  readonly title: string;
  readonly places: StudyPlaces;
  /** The experiment's own name, a folder of its runs. */
  readonly experimentName: string;
  readonly method: string;
  /** Of the run. */
  readonly name: string;
  /** Run that it learns from; none for a method that learns from data alone. */
  readonly teacher?: string;
  readonly seed: number;
  readonly iterations: number;
  /** Keys of the method's recipe that are not the experiment's own. */
  readonly settings: readonly string[];
  readonly seconds: number;
  /** Whether a path is there; a run that is there is gone on with. */
  readonly exists: (path: string) => boolean;
}

/** A training as a call of the trainer, and the folder of its run. */
export function trainingStep({
  title,
  places: { experiment, data, out },
  experimentName,
  method,
  name,
  teacher,
  seed,
  iterations,
  settings,
  seconds,
  exists,
}: TrainingOptions): { readonly step: DemoStep; readonly folder: string } {
  const folder = join(out, "runs", experimentName, method, name);
  // Validated once, at its end.
  const keys = [...settings, `validateEvery=${iterations}`, "checkpointEvery=500"];
  const args = [
    ...[experiment, method, exists(folder) ? "--resume" : "--new"],
    ...["--name", name, ...(teacher === undefined ? [] : ["--teacher", teacher])],
    ...["--seed", String(seed), "--data", data, "--out", join(out, "runs")],
    ...["--max-iters", String(iterations)],
    // Also to a run that is gone on with: the trainer refuses one that was begun with others.
    ...keys.map((key) => `models.${method}.${key}`),
  ];
  return { step: { title, app: "trainer", args, seconds }, folder };
}

export interface EvaluationOptions {
  readonly title: string;
  /** Entries of the evaluator's `--models`. */
  readonly models: readonly string[];
  readonly members: number;
  readonly samples: number;
  readonly rollouts: number;
  readonly rolloutLength: number;
  readonly seconds: number;
}

/** The comparison on held-out trajectories, as one call of the evaluator. */
export const evaluationStep = (
  { experiment, data, out }: StudyPlaces,
  { title, models, members, samples, rollouts, rolloutLength, seconds }: EvaluationOptions,
): DemoStep => ({
  title: "compare all of them on trajectories that none has seen",
  app: "evaluator",
  args: [
    ...[experiment, "--models", models.join(","), "--mode", "one-step,rollout"],
    // A study names all that it compares.
    "--as-listed",
    ...["--members", String(members), "--samples", String(samples)],
    ...["--rollouts", String(rollouts), "--rollout-len", String(rolloutLength)],
    ...["--data", data, "--out", out, "--title", title],
  ],
  seconds,
});

/** A name as part of a path and of a list with commas. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
