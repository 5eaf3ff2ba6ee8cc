import { ArgumentError } from "@eddyflow/core";
import type { UniformSampler } from "@eddyflow/surrogate";
import { didYouMean } from "command-line";

/** A checkpoint or a run, and how to sample it. */
export interface CheckpointSpec {
  /** As typed. */
  readonly checkpoint: string;
  /** Null for the checkpoint's own sampler. */
  readonly sampler: UniformSampler | null;
}

// Listed again because the package that knows them computes with tensors, which take a second to load.
const samplers = [
  "euler",
  "midpoint",
  "heun",
  "rk4",
  "three-eighths",
  "flow",
] as const satisfies readonly UniformSampler["method"][];

const names: Readonly<Record<string, string>> = {
  euler: "Euler",
  heun: "Heun",
  rk4: "Runge–Kutta (classical)",
  "three-eighths": "Runge–Kutta (3/8 rule)",
  flow: "flow-map",
};

/** A sampler in words: "50 midpoint steps". */
export const samplerInWords = (sampler: string, steps: number): string =>
  `${steps} ${names[sampler] ?? sampler} ${steps === 1 ? "step" : "steps"}`;

function readSampler(entry: string, text: string): UniformSampler {
  const [name = "", count = "", ...rest] = text.split(":");
  const method = samplers.find((known) => known === name);
  if (method === undefined) {
    throw new ArgumentError({
      problem: `unknown sampler "${name}" in "${entry}"`,
      expected: samplers.join(", "),
      remedy: didYouMean(name, samplers),
    });
  }
  const steps = Number(count);
  if (rest.length > 0 || !Number.isSafeInteger(steps) || steps < 1) {
    throw new ArgumentError({
      problem: `"@${text}" in "${entry}" does not say how many steps`,
      expected: `@${method}: and a whole number of at least 1`,
      remedy: `write @${method}:1, or leave it out to use the checkpoint's own sampler`,
    });
  }
  return { method, steps };
}

/**
 * Reads CHECKPOINT or CHECKPOINT@sampler:steps.
 *
 * @throws ArgumentError for an unknown sampler or a missing number of steps.
 */
export function readCheckpointSpec(text: string): CheckpointSpec {
  // A path may hold "@" too; a sampler is what follows the last one and has no separator.
  const at = text.lastIndexOf("@");
  if (at < 0 || /[/\\]/u.test(text.slice(at))) return { checkpoint: text, sampler: null };
  return { checkpoint: text.slice(0, at), sampler: readSampler(text, text.slice(at + 1)) };
}
