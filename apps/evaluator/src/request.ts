import type { BackendName } from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import type { Size } from "@eddyflow/experiments";
import { samplerText } from "@eddyflow/samplers/descriptions";
import type { Split } from "@eddyflow/systems";
import { callOf, didYouMean, type ParsedFlags } from "command-line";
import type { commandSpec } from "./command-spec.ts";
import { type CheckpointSpec, readCheckpointSpec } from "./contestants/checkpoint-spec.ts";
import { type ContestantSpec, readContestantSpecs } from "./contestants/contestant-specs.ts";
import type { LatentPolicy } from "./measure/evaluation.ts";

/** What was typed after `evaluator`, once checked as far as that needs no disk. Null where it was not typed. */
export interface EvaluationRequest {
  /** A name, or the path of a module. */
  readonly experiment: string;
  readonly contestants: readonly ContestantSpec[];
  readonly oneStep: boolean;
  readonly rollout: boolean;
  /** Whether ensembles are compared with a reference ensemble; null: where there is one. */
  readonly ensemble: boolean | null;
  readonly samples: number | null;
  readonly members: number;
  readonly rollouts: number | null;
  readonly rolloutLength: number | null;
  readonly latentPolicy: LatentPolicy;
  /** The name of a contestant, or of one of its budgets. */
  readonly reference: string | null;
  /** Whether the reference is run at the students' cost too, where nobody asked for it. */
  readonly atEqualCost: boolean;
  readonly seed: number;
  readonly batch: number;
  readonly data: string | null;
  readonly backend: "auto" | BackendName;
  readonly size: Size;
  readonly out: string | null;
  readonly title: string | null;
  readonly quick: boolean;
  readonly overrides: readonly string[];
}

/** What was typed after `evaluator predict`. */
export interface PredictionRequest extends CheckpointSpec {
  readonly from: string;
  readonly out: string;
  /** A module that brings what the model is made of; null for none. */
  readonly module: string | null;
  /** Which split of the data; null where `from` is the data themselves. */
  readonly split: Split | null;
  /** Null for the first that the model can begin from. */
  readonly frame: number | null;
  readonly steps: number;
  readonly members: number;
  readonly seed: number;
  readonly batch: number;
  readonly backend: EvaluationRequest["backend"];
}

const modes = ["one-step", "rollout", "ensemble"] as const;

function refuse(problem: string, expected: string, remedy: string): never {
  throw new ArgumentError({ problem, expected, remedy });
}

function readModes(text: string): ReadonlySet<(typeof modes)[number]> {
  const names = text.split(",").map((name) => name.trim());
  return new Set(
    names.map(
      (name) =>
        modes.find((mode) => mode === name) ??
        refuse(`--mode cannot be "${name}"`, modes.join(", "), didYouMean(name, modes)),
    ),
  );
}

function readReference(
  asked: string | undefined,
  contestants: readonly ContestantSpec[],
): string | null {
  const models = contestants.flatMap((spec) => (spec.kind === "model" ? [spec] : []));
  const names = models.map(({ name }) => name);
  if (asked === undefined) return names.includes("teacher") ? "teacher" : null;
  const budgets = models.flatMap(({ name, samplers }) =>
    samplers !== null && samplers.length > 1
      ? samplers.map((sampler) => `${name}@${samplerText(sampler)}`)
      : [],
  );
  if (names.includes(asked) || budgets.includes(asked)) return asked;
  return refuse(
    `--reference "${asked}" is not the name of a trained model in --models`,
    [...names, ...budgets].join(", ") || "a name from --models",
    names.length === 0
      ? `add ${asked}=CHECKPOINT to --models`
      : didYouMean(asked, [...names, ...budgets]),
  );
}

/** What only another word than an experiment's name takes. */
const flagsOfVerbs = [
  ["from", "predict"],
  ["module", "predict"],
  ["split", "predict"],
  ["frame", "predict"],
  ["steps", "predict"],
  ["precision", "export"],
  ["format", "export"],
] as const;

/**
 * Reads the words of `evaluator <experiment> …`.
 *
 * @throws ArgumentError for what does not fit or go together.
 */
export function readEvaluationRequest({
  flags,
  positionals,
  overrides,
}: ParsedFlags<(typeof commandSpec)["flags"]>): EvaluationRequest {
  const [experiment, extra] = positionals;
  if (experiment === undefined || extra !== undefined) {
    return refuse(
      experiment === undefined ? "no experiment is given" : `"${extra}" is one word too many`,
      `${callOf("evaluator")} <experiment> --models LIST`,
      "see --help",
    );
  }
  for (const [flag, verb] of flagsOfVerbs) {
    if (flags[flag] !== undefined) {
      refuse(
        `--${flag} belongs to ${callOf(`evaluator ${verb}`)}`,
        `${callOf("evaluator")} <experiment> without it`,
        `leave --${flag} out`,
      );
    }
  }
  if (flags.models === undefined) {
    return refuse(
      "nothing to compare is given",
      "--models LIST",
      "try --models name=CHECKPOINT,persistence,climatology,solver",
    );
  }
  if (flags.members === 1) {
    refuse("an ensemble of one member cannot be scored", "--members 2 or more", "try --members 8");
  }
  const contestants = readContestantSpecs(flags.models.join(","));
  const wanted = readModes((flags.mode ?? modes).join(","));
  return {
    experiment,
    contestants,
    oneStep: wanted.has("one-step"),
    rollout: wanted.has("rollout"),
    ensemble: flags.mode === undefined ? null : wanted.has("ensemble"),
    samples: flags.samples ?? null,
    members: flags.members ?? 8,
    rollouts: flags.rollouts ?? null,
    rolloutLength: flags["rollout-len"] ?? null,
    latentPolicy: flags["latent-policy"] ?? "new",
    reference: readReference(flags.reference, contestants),
    atEqualCost: flags["as-listed"] !== true,
    seed: flags.seed ?? 0,
    batch: flags.batch ?? 32,
    data: flags.data ?? null,
    backend: flags.backend ?? "auto",
    size: flags.size ?? "full",
    out: flags.out ?? null,
    title: flags.title ?? null,
    quick: flags.quick ?? false,
    overrides,
  };
}

const predictionFlags = [
  ...["from", "module", "split", "out", "frame", "steps", "members", "seed", "batch", "backend"],
];

/**
 * Reads the words of `evaluator predict …`, "predict" included.
 *
 * @throws ArgumentError for what does not fit or go together.
 */
export function readPredictionRequest({
  flags,
  positionals: [, checkpoint, extra],
  overrides,
}: ParsedFlags<(typeof commandSpec)["flags"]>): PredictionRequest {
  const usage = `${callOf("evaluator predict")} CHECKPOINT --from STORE --out STORE`;
  const superfluous = extra ?? overrides[0];
  if (checkpoint === undefined || superfluous !== undefined) {
    return refuse(
      checkpoint === undefined ? "no checkpoint is given" : `"${superfluous}" is one word too many`,
      usage,
      checkpoint === undefined && superfluous !== undefined
        ? `write ./${superfluous} if that is a path with "=" in it`
        : "see --help",
    );
  }
  const misplaced = Object.keys(flags).find((flag) => !predictionFlags.includes(flag));
  if (misplaced !== undefined) {
    refuse(
      `--${misplaced} does not belong to predict`,
      predictionFlags.map((flag) => `--${flag}`).join(", "),
      `leave --${misplaced} out`,
    );
  }
  const { from, out } = flags;
  if (from === undefined || out === undefined) {
    return refuse(
      `no --${from === undefined ? "from" : "out"} is given`,
      usage,
      from === undefined ? "name the store to start from" : "name the store to write",
    );
  }
  return {
    ...readCheckpointSpec(checkpoint),
    from,
    module: flags.module ?? null,
    split: flags.split ?? null,
    out,
    frame: flags.frame ?? null,
    steps: flags.steps ?? 20,
    members: flags.members ?? 1,
    seed: flags.seed ?? 0,
    batch: flags.batch ?? 32,
    backend: flags.backend ?? "auto",
  };
}
