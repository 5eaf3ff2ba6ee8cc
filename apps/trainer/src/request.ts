import type { BackendName } from "@eddyflow/backend";
import { ArgumentError, type Precision } from "@eddyflow/core";
import type { Size } from "@eddyflow/experiments";
import type { Method } from "@eddyflow/methods";
import { callOf, didYouMean, type ParsedFlags } from "command-line";
import type { commandSpec } from "./command-spec.ts";

/** What was typed, after the checks that need no look at the disk. */
export interface Request {
  /** A name, or the path of a module. */
  readonly experiment: string;
  readonly mode: "new" | "resume" | null;
  readonly name: string | null;
  readonly teacher: string | null;
  /** What to begin with in place of the method's own start. */
  readonly start: string | null;
  readonly maxIterations: number | null;
  readonly maxHours: number | null;
  /** Whether the budget is what `maxHours` holds. */
  readonly fit: boolean;
  readonly seed: number | null;
  /** Null where it was not typed: the full size, or for a resumed run its own. */
  readonly size: Size | null;
  readonly backend: "auto" | BackendName;
  /** Null where it was not typed: float32, or for a resumed run its own. */
  readonly precision: Precision | null;
  readonly data: string | null;
  readonly out: string;
  readonly showConfig: boolean;
  readonly dryRun: boolean;
  readonly overrides: readonly string[];
}

/** One run of a method. */
export interface RunTask {
  readonly kind: "run";
  readonly method: string;
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

/** Refuses `--fit` where there is no time to fit, another budget, or more than one. */
function requireFitting(request: Request, method: string): void {
  const { maxHours, maxIterations, mode } = request;
  if (maxHours === null) {
    refuse("--fit has no time to fit into", "--max-hours H", "add --max-hours");
  }
  if (maxIterations !== null) {
    refuse("--fit and --max-iters exclude each other", "one of them", "leave one out");
  }
  if (mode === "resume") {
    refuse("--fit is for new runs", "a run that keeps its budget", "leave --fit out");
  }
  if (method === "multistage") {
    refuse("--fit is not for multistage", "the steps of each stage", "write --stage-iters instead");
  }
}

/**
 * Reads the words of the command line into a task.
 *
 * @param methods - all that there are.
 * @throws ArgumentError for an unknown method and for flags that do not go together.
 */
export function readTask(
  { flags, positionals, overrides }: ParsedFlags<(typeof commandSpec)["flags"]>,
  methods: readonly Method[],
): RunTask | MultistageTask {
  const [experiment, method, ...rest] = positionals;
  const known = [...methods.map(({ name }) => name), "multistage"];
  if (experiment === undefined || method === undefined) {
    return refuse(
      `no ${experiment === undefined ? "experiment" : "method"} given`,
      `${callOf("trainer")} <experiment> <${known.join("|")}>`,
      "see --help",
    );
  }
  if (rest[0] !== undefined) {
    refuse(
      `"${rest[0]}" is one word too many`,
      "an experiment, a method, flags and key.path=value",
      "see --help",
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
    start: flags.start ?? null,
    maxIterations: flags["max-iters"] ?? null,
    maxHours: flags["max-hours"] ?? null,
    fit: flags.fit ?? false,
    seed: flags.seed ?? null,
    size: flags.size ?? null,
    backend: flags.backend ?? "auto",
    precision: flags.precision ?? null,
    data: flags.data ?? null,
    out: flags.out ?? "runs",
    showConfig: flags["show-config"] ?? false,
    dryRun: flags["dry-run"] ?? false,
    overrides,
  };
  if (request.fit) requireFitting(request, method);
  if (method === "multistage") {
    if (request.start !== null) {
      refuse(
        "--start is not for multistage",
        "stages that begin with the weights of their teacher",
        "leave --start out",
      );
    }
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
  const found = methods.find(({ name }) => name === method);
  if (found === undefined) {
    return refuse(`unknown method "${method}"`, known.join(", "), didYouMean(method, known));
  }
  for (const flag of ["stages", "stage-iters"] as const) {
    if (flags[flag] !== undefined) {
      refuse(
        `--${flag} is not for ${found.name}`,
        `it with the method "multistage"`,
        `leave --${flag} out`,
      );
    }
  }
  if (found.needsTeacher === false && request.teacher !== null) {
    const students = methods.filter(({ needsTeacher }) => needsTeacher !== false);
    refuse(
      `${found.name} learns from data and has no teacher`,
      `no --teacher, or a method that has one: ${students.map(({ name }) => name).join(", ")}`,
      "leave --teacher out",
    );
  }
  return { kind: "run", method: found.name, request };
}
