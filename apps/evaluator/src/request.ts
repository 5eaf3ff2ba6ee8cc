import type { BackendName } from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import type { Size } from "@eddyflow/experiments";
import type { UniformSampler } from "@eddyflow/surrogate";
import { didYouMean, type ParsedFlags } from "command-line";
import type { commandSpec } from "./command-spec.ts";
import { type ModelSpec, readCheckpoint, readModelSpecs } from "./contestants/contestant-specs.ts";
import type { LatentPolicy } from "./measure/evaluation.ts";

/** What was typed, after the checks that need no look at the disk. Null where it was not typed. */
export interface EvaluationRequest {
  /** A name, or the path of a module. */
  readonly experiment: string;
  readonly models: readonly ModelSpec[];
  readonly oneStep: boolean;
  readonly rollout: boolean;
  readonly samples: number | null;
  readonly members: number;
  readonly rollouts: number | null;
  readonly rolloutLength: number | null;
  readonly latentPolicy: LatentPolicy;
  readonly reference: string | null;
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
export interface PredictionRequest {
  readonly checkpoint: string;
  readonly sampler: UniformSampler | null;
  readonly from: string;
  readonly out: string;
  readonly frame: number;
  readonly steps: number;
  readonly members: number;
  readonly seed: number;
  readonly batch: number;
  readonly backend: EvaluationRequest["backend"];
}

const modes = ["one-step", "rollout"] as const;

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

function readReference(asked: string | undefined, models: readonly ModelSpec[]): string | null {
  const networks = models.filter((model) => model.kind === "network").map((model) => model.name);
  if (asked === undefined) return networks.includes("teacher") ? "teacher" : null;
  if (networks.includes(asked)) return asked;
  return refuse(
    `--reference "${asked}" is no network of --models`,
    networks.join(", ") || "a network in --models",
    networks.length === 0 ? "name one there" : didYouMean(asked, networks),
  );
}

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
      experiment === undefined ? "no experiment given" : `"${extra}" is one word too many`,
      "evaluator <experiment> --models LIST",
      "see evaluator --help",
    );
  }
  for (const flag of ["from", "frame", "steps"] as const) {
    if (flags[flag] !== undefined) {
      refuse(`--${flag} is for predict`, "it after evaluator predict", `leave --${flag} out`);
    }
  }
  if (flags.models === undefined) {
    return refuse("no models given", "--models LIST", "see evaluator --help");
  }
  if (flags.members === 1) {
    refuse("one member is no ensemble", "--members 2 or more", "give --members another value");
  }
  const models = readModelSpecs(flags.models);
  const wanted = readModes(flags.mode ?? modes.join(","));
  return {
    experiment,
    models,
    oneStep: wanted.has("one-step"),
    rollout: wanted.has("rollout"),
    samples: flags.samples ?? null,
    members: flags.members ?? 8,
    rollouts: flags.rollouts ?? null,
    rolloutLength: flags["rollout-len"] ?? null,
    latentPolicy: flags["latent-policy"] ?? "new",
    reference: readReference(flags.reference, models),
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

const predictionFlags = ["from", "out", "frame", "steps", "members", "seed", "batch", "backend"];

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
  const usage = "evaluator predict CHECKPOINT --from STORE --out STORE";
  const superfluous = extra ?? overrides[0];
  if (checkpoint === undefined || superfluous !== undefined) {
    return refuse(
      checkpoint === undefined ? "no checkpoint given" : `"${superfluous}" is one word too many`,
      usage,
      "see evaluator --help",
    );
  }
  const foreign = Object.keys(flags).find((flag) => !predictionFlags.includes(flag));
  if (foreign !== undefined) {
    refuse(
      `--${foreign} is not for predict`,
      predictionFlags.map((flag) => `--${flag}`).join(", "),
      `leave --${foreign} out`,
    );
  }
  const { from, out } = flags;
  if (from === undefined || out === undefined) {
    return refuse(
      `no --${from === undefined ? "from" : "out"} given`,
      usage,
      "name the store to start from and the one to write",
    );
  }
  return {
    ...readCheckpoint(checkpoint),
    from,
    out,
    frame: flags.frame ?? 0,
    steps: flags.steps ?? 20,
    members: flags.members ?? 1,
    seed: flags.seed ?? 0,
    batch: flags.batch ?? 32,
    backend: flags.backend ?? "auto",
  };
}
