import { relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { BackendInfo } from "@eddyflow/backend";
import type { SavedCheckpoint } from "@eddyflow/checkpointing/node";
import type { NetworkDescription } from "@eddyflow/core";
import { framesInWords, numPairs, type TrajectoryStore } from "@eddyflow/datasets";
import type { Learner, Teacher, TrainingRecipe } from "@eddyflow/methods";
import { parameterCount } from "@eddyflow/models";
import { nfeOf, samplerText } from "@eddyflow/samplers";
import { type DataRecipe, upgradeRecipe } from "@eddyflow/systems";
import { outsideShare, type Seconds } from "@eddyflow/training";
import { formatDuration, ordinal, say, userPath } from "command-line";
import type { TrainingData } from "./open-data.ts";
import type { PreparedRun } from "./prepare-run.ts";
import { recipeOf } from "./run-config.ts";
import type { Score } from "./score.ts";
import type { TrainingState } from "./training-state.ts";

/** A path as the person would type it: from where they stand, unless it is elsewhere. */
export function shown(path: string): string {
  const short = relative(userPath("."), path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}

export interface RunFacts {
  readonly start: TrainingState;
  readonly data: TrainingData;
  readonly teacher: Teacher | null;
  readonly learner: Learner;
  readonly network: NetworkDescription;
  readonly backend: BackendInfo;
}

/** Says what is going to be trained, on what, with what, and where to. */
export function announceRun(
  { path, config }: PreparedRun,
  { start, data, teacher, learner, network, backend }: RunFacts,
): void {
  const { method, size, experiment, precision } = config;
  const recipe = recipeOf(experiment, method);
  const { iterations, batchSize, validationPairs } = recipe;
  const { grid, frameInterval } = data.train.description;
  const { frameStride, history } = experiment.data;
  const pairs = { frameStride, history, horizon: learner.horizon ?? 1 };
  const parametersOf = (set: string) => parameterCount(start.sets[set] ?? {}).toLocaleString("en");
  const rows: readonly (readonly [string, string])[] = [
    [
      "network",
      `${network.own ?? "U-Net"} [${network.features.join(", ")}] with ${network.padding.join(", ")} padding, ${parametersOf("student")} parameters; to be run by ${samplerText(learner.sampler)} (NFE ${nfeOf(learner.sampler, learner.networks.student.kind)})`,
    ],
    ...Object.keys(start.opponents).map(
      (set) => ["against", `${set}, ${parametersOf(set)} parameters`] as const,
    ),
    [
      "data",
      `${shown(typeof config.data === "string" ? config.data : config.data.train)}, ${data.train.trajectories} trajectories of ${framesInWords(data.train.description)} frames of ${grid.shape.join(" × ")} points, ${[...new Set(grid.boundary)].length === 1 ? grid.boundary[0] : grid.boundary.join(" × ")}, ${frameInterval} apart; ${numPairs(data.train, pairs)} pairs${frameStride === 1 ? "" : ` of every ${ordinal(frameStride)} frame`}, ${Math.min(validationPairs, numPairs(data.validation, pairs))} to validate`,
    ],
    ...(data.train.splits ? ([["", splitsInWords(data.train.splits)]] as const) : []),
    ...otherRecipe(data.train, experiment.data).map((text) => ["", `but ${text}`] as const),
    ...(config.teacher === null || teacher === null
      ? []
      : ([
          [
            "teacher",
            `${shown(config.teacher.checkpoint)}, ${teacher.method} run by ${samplerText(teacher.sampler)}`,
          ],
        ] as const)),
    ...(config.start === undefined
      ? []
      : [["start", `from the weights of ${shown(config.start.checkpoint)}`] as const]),
    [
      "backend",
      `${backend.name}, ${backend.version} on ${backend.device}, ${precision === "mixed" ? "mixed precision" : precision}`,
    ],
    ...backend.refused
      .filter(({ lacksHardware }) => !lacksHardware)
      .map(({ name, reason, remedy }) => ["", `not ${name}: ${reason}; ${remedy}`] as const),
    [
      "steps",
      `${start.step === 0 ? "" : `${start.step} done of `}${iterations} of ${batchSize} pairs, ${updateInWords(recipe)}`,
    ],
    ...(learner.batches === undefined ? [] : [["paths", learner.batches.about] as const]),
    ["run", shown(path)],
  ];
  say(`${method} for ${experiment.name} (${size})`);
  for (const [label, text] of rows) say(`  ${label.padEnd(9)}${text}`);
}

/** How files that name no splits were divided. */
const splitsInWords = ({ train, validation, test }: NonNullable<TrajectoryStore["splits"]>) =>
  `trajectories of the files: ${train} to train on, ${validation} to validate, ${test} to test`;

/** "learning rate 3e-4 → 1e-6", with what is not the default. */
function updateInWords({
  learningRate: { max, min },
  schedule,
  optimizer,
}: TrainingRecipe): string {
  const rates = {
    cosine: `${max} → ${min}`,
    constant: `${max}`,
    "warmup-cosine": `0 → ${max} → ${min}`,
  };
  const decay = optimizer.kind === "adamw" ? `, weight decay ${optimizer.weightDecay}` : "";
  return `learning rate ${rates[schedule.kind]}${decay}`;
}

/** In what the data differ from those of the experiment. */
function otherRecipe({ description }: TrajectoryStore, wanted: DataRecipe): readonly string[] {
  const recipe = upgradeRecipe(description.recipe) as Readonly<Record<string, unknown>> | null;
  if (recipe?.["system"] !== wanted.system) return [];
  return Object.entries(wanted)
    .filter(([key, value]) => recipe[key] !== undefined && !isDeepStrictEqual(recipe[key], value))
    .map(([key, value]) => `${key} ${JSON.stringify(recipe[key])}, not ${JSON.stringify(value)}`);
}

/** Says that a run has nothing left to do. */
export function announceDone(
  { name }: PreparedRun,
  checkpoint: SavedCheckpoint,
  budget: number,
): void {
  const early = checkpoint.step < budget ? ", and no score was better for as long as it waits" : "";
  say(`run ${name} is done: it has made its ${checkpoint.step} steps${early}`);
  say(`  checkpoint  ${shown(checkpoint.path)}`);
}

export interface RunResult {
  readonly checkpoint: SavedCheckpoint;
  /** The step of the best score. */
  readonly best: number | null;
  readonly score: Score | null;
  readonly steps: number;
  readonly seconds: Seconds<string>;
  /** Steps that changed nothing because their gradients were not finite. */
  readonly skipped: number;
  /** Whether it ended because its score did not get better. */
  readonly isEarly: boolean;
}

/** Says what came of a run and where its time went. */
export function announceEnd({
  checkpoint,
  best,
  score,
  steps,
  seconds,
  skipped,
  isEarly,
}: RunResult): void {
  const total = Object.values(seconds).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(seconds)
    .filter(([, part]) => part >= total / 200)
    .sort(([, a], [, b]) => b - a)
    .map(([name, part]) => `${name} ${Math.round((100 * part) / total)} %`);
  const isFinished = checkpoint.step >= steps;
  const scored = score === null ? "" : `, ${score.name} ${score.value.toPrecision(3)}`;
  const better = best !== null && best !== checkpoint.step ? ` (best at step ${best})` : "";
  say(
    `${isFinished ? "done" : isEarly ? "no better score: done" : "stopped"} at step ${checkpoint.step} of ${steps} after ${formatDuration(total)}${scored}${better}`,
  );
  if (skipped > 0) say(`  skipped     ${skipped} steps, whose gradients were not finite`);
  say(`  time        ${parts.join(", ")}`);
  say(
    `              outside forward, backward and optimizer: ${(100 * outsideShare(seconds)).toFixed(1)} % of the steps`,
  );
  say(`  checkpoint  ${shown(checkpoint.path)}`);
}
