import { ArgumentError, type SamplerDescription } from "@eddyflow/core";
import { directName, equalSteps, jumpName, tableaus } from "@eddyflow/samplers/descriptions";
import { didYouMean } from "command-line";

/** A checkpoint or a run, and how to sample it. */
export interface CheckpointSpec {
  /** As typed. */
  readonly checkpoint: string;
  /** Null for the checkpoint's own sampler. */
  readonly sampler: SamplerDescription | null;
}

const samplers = [...tableaus.map(({ name }) => name), jumpName, directName];

function readSampler(entry: string, text: string): SamplerDescription {
  const [name = "", count = "", ...rest] = text.split(":");
  if (!samplers.includes(name)) {
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
      expected: `@${name}: and a whole number of at least 1`,
      remedy: `write @${name}:1, or leave it out to use the checkpoint's own sampler`,
    });
  }
  return equalSteps(name, steps);
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
