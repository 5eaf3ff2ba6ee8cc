import type { BackendName } from "@eddyflow/backend";
import { ArgumentError, type Precision } from "@eddyflow/core";
import type { Size } from "@eddyflow/experiments";
import { didYouMean, type ParsedFlags } from "command-line";
import { type commandSpec, type ModelName, modelNames } from "./command-spec.ts";

/** What was typed, after the checks that need no look at the disk. */
export interface Request {
  /** A name, or the path of a module. */
  readonly experiment: string;
  readonly mode: "new" | "resume" | null;
  readonly name: string | null;
  readonly teacher: string | null;
  readonly maxIterations: number | null;
  readonly maxHours: number | null;
  readonly seed: number | null;
  /** Null where it was not typed: the full size, or for a resumed run its own. */
  readonly size: Size | null;
  readonly backend: "auto" | BackendName;
  /** Null where it was not typed: float32, or for a resumed run its own. */
  readonly precision: Precision | null;
  readonly data: string | null;
  readonly out: string;
  readonly dryRun: boolean;
  readonly overrides: readonly string[];
}

/** One run of a model. */
export interface RunTask {
  readonly kind: "run";
  readonly model: ModelName;
  readonly request: Request;
}

/** The stages of a progressive distillation. */
export interface MultistageTask {
  readonly kind: "multistage";
  readonly stages: number | null;
  /** Steps of each stage, or one number for all. */
  readonly stageIterations: readonly number[] | null;
  readonly request: Request;
}

function refuse(problem: string, expected: string, remedy: string): never {
  throw new ArgumentError({ problem, expected, remedy });
}

function readStageIterations(text: string): readonly number[] {
  const iterations = text.split(",").map(Number);
  if (iterations.every((n) => Number.isSafeInteger(n) && n > 0)) return iterations;
  return refuse(
    `--stage-iters cannot be "${text}"`,
    "a positive whole number, or one for each stage separated by commas",
    "write --stage-iters 1000,1500",
  );
}

/**
 * Reads the words of the command line into a task.
 *
 * @throws ArgumentError for an unknown model and for flags that do not go together.
 */
export function readTask({
  flags,
  positionals,
  overrides,
}: ParsedFlags<(typeof commandSpec)["flags"]>): RunTask | MultistageTask {
  const [experiment, model, ...rest] = positionals;
  if (experiment === undefined || model === undefined) {
    return refuse(
      `no ${experiment === undefined ? "experiment" : "model"} given`,
      `trainer <experiment> <${modelNames.join("|")}|multistage>`,
      "see trainer --help",
    );
  }
  if (rest[0] !== undefined) {
    refuse(
      `"${rest[0]}" is one word too many`,
      "an experiment, a model, flags and key.path=value",
      "see trainer --help",
    );
  }
  if (flags.new && flags.resume) {
    refuse("--new and --resume exclude each other", "one of them", "leave one out");
  }
  if (flags.name !== undefined && !/^[\w][\w.-]*$/u.test(flags.name)) {
    refuse(
      `a run cannot be called "${flags.name}"`,
      'letters, digits, "-", "_" and "."',
      "give another --name",
    );
  }
  const request: Request = {
    experiment,
    mode: flags.new ? "new" : flags.resume ? "resume" : null,
    name: flags.name ?? null,
    teacher: flags.teacher ?? null,
    maxIterations: flags["max-iters"] ?? null,
    maxHours: flags["max-hours"] ?? null,
    seed: flags.seed ?? null,
    size: flags.size ?? null,
    backend: flags.backend ?? "auto",
    precision: flags.precision ?? null,
    data: flags.data ?? null,
    out: flags.out ?? "runs",
    dryRun: flags["dry-run"] ?? false,
    overrides,
  };
  if (model === "multistage") {
    if (request.maxIterations !== null) {
      refuse(
        "--max-iters is not for multistage",
        "the steps of each stage",
        "write --stage-iters instead",
      );
    }
    return {
      kind: "multistage",
      stages: flags.stages ?? null,
      stageIterations:
        flags["stage-iters"] === undefined ? null : readStageIterations(flags["stage-iters"]),
      request,
    };
  }
  const known = [...modelNames, "multistage"];
  const found = modelNames.find((name) => name === model);
  if (found === undefined) {
    return refuse(`unknown model "${model}"`, known.join(", "), didYouMean(model, known));
  }
  for (const flag of ["stages", "stage-iters"] as const) {
    if (flags[flag] !== undefined) {
      refuse(
        `--${flag} is not for ${found}`,
        `it with the model "multistage"`,
        `leave --${flag} out`,
      );
    }
  }
  if (found === "velocity" && request.teacher !== null) {
    refuse(
      "velocity learns from data and has no teacher",
      "no --teacher, or one of the students flow and velocity_pd",
      "leave --teacher out",
    );
  }
  return { kind: "run", model: found, request };
}
