import { ArgumentError } from "@eddyflow/core";
import type { UniformSampler } from "@eddyflow/surrogate";
import { didYouMean } from "command-line";

/** One entry of `--models`. */
export type ModelSpec =
  | {
      readonly kind: "network";
      readonly name: string;
      /** As typed: a checkpoint or a run. */
      readonly path: string;
      /** Null for the checkpoint's own. */
      readonly sampler: UniformSampler | null;
    }
  | { readonly kind: "solver"; readonly name: string; readonly stride: number }
  | { readonly kind: "persistence" | "climatology"; readonly name: string };

const baselines = ["persistence", "climatology", "solver"] as const;
// Listed again because the package that knows them computes with tensors, which take a second to load.
const methods = [
  "euler",
  "midpoint",
  "heun",
  "rk4",
  "three-eighths",
  "flow",
] as const satisfies readonly UniformSampler["method"][];
const form =
  "name=CHECKPOINT, name=CHECKPOINT@euler:2, persistence, climatology, solver or solver:2";

function refuse(problem: string, expected: string, remedy: string): never {
  throw new ArgumentError({ problem, expected, remedy });
}

function readSampler(entry: string, text: string): UniformSampler {
  const [name = "", count = "", ...rest] = text.split(":");
  const method = methods.find((known) => known === name);
  if (method === undefined) {
    refuse(
      `unknown sampler "${name}" in "${entry}"`,
      methods.join(", "),
      didYouMean(name, methods),
    );
  }
  const steps = Number(count);
  if (rest.length > 0 || !Number.isSafeInteger(steps) || steps < 1) {
    refuse(
      `"@${text}" in "${entry}" has no number of steps`,
      `@${method}: and a whole number of at least 1`,
      `write @${method}:1, or leave it out for the checkpoint's own sampler`,
    );
  }
  return { method, steps };
}

function readBaseline(entry: string): ModelSpec {
  const [name = "", stride, ...rest] = entry.split(":");
  if (name === "solver") {
    const factor = stride === undefined ? 1 : Number(stride);
    if (rest.length > 0 || !Number.isSafeInteger(factor) || factor < 1) {
      refuse(`"${entry}" has no stride`, "solver:2 or another whole number", "correct it");
    }
    return { kind: "solver", name: entry, stride: factor };
  }
  if ((name === "persistence" || name === "climatology") && stride === undefined) {
    return { kind: name, name };
  }
  return refuse(
    `--models has "${entry}"`,
    form,
    /[/\\.]/u.test(entry) ? `give it a name: model=${entry}` : didYouMean(entry, baselines),
  );
}

function readEntry(entry: string): ModelSpec {
  const split = entry.indexOf("=");
  if (split < 0) return readBaseline(entry);
  const name = entry.slice(0, split);
  if (!/^[\w][\w.-]*$/u.test(name) || baselines.some((reserved) => reserved === name)) {
    refuse(
      `a model cannot be called "${name}"`,
      `letters, digits, "-", "_" and ".", and not ${baselines.join(", ")}`,
      "give it another name",
    );
  }
  const { checkpoint, sampler } = readCheckpoint(entry.slice(split + 1));
  if (checkpoint === "") refuse(`"${entry}" has no checkpoint`, form, "write its path after the =");
  return { kind: "network", name, path: checkpoint, sampler };
}

/**
 * Reads CHECKPOINT or CHECKPOINT@method:steps.
 *
 * @throws ArgumentError for an unknown method or no number of steps.
 */
export function readCheckpoint(text: string): {
  readonly checkpoint: string;
  readonly sampler: UniformSampler | null;
} {
  // A path may hold "@" too; a sampler is what follows the last one and has no separator.
  const at = text.lastIndexOf("@");
  if (at < 0 || /[/\\]/u.test(text.slice(at))) return { checkpoint: text, sampler: null };
  return { checkpoint: text.slice(0, at), sampler: readSampler(text, text.slice(at + 1)) };
}

/**
 * Reads the list of `--models`.
 *
 * @throws ArgumentError for an entry of no known form, an unknown sampler, or a name given twice.
 */
export function readModelSpecs(text: string): readonly ModelSpec[] {
  const specs = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map(readEntry);
  if (specs.length === 0) refuse("--models names no model", form, "name at least one");
  const names = specs.map((spec) => spec.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    refuse(`--models names "${twice}" twice`, "a name of its own for each", "rename one of them");
  }
  return specs;
}
