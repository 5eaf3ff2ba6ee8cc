import type { SamplerDescription, TrainedOn } from "@eddyflow/core";
import { samplerName, samplerText } from "./equal-steps.ts";
import { intervalsOf } from "./intervals-of.ts";

/** Times are drawn in float32: numbers closer than this are the same. */
const rounding = 1e-6;
const isSame = (a: number, b: number): boolean => Math.abs(a - b) < rounding;
const shown = (value: number): string => String(Number(value.toPrecision(3)));

/**
 * In what the steps of a sampler are not those that a model was trained on, in words without a full stop, or null where
 * they are: another Runge–Kutta method, an increment that is too short or too long, or other flow times. The model runs
 * there too, but nothing in its training made it right.
 */
export function outsideTraining(sampler: SamplerDescription, trainedOn: TrainedOn): string | null {
  if (sampler.kind === "direct") return null;
  const run = samplerText(sampler);
  const { tableau } = trainedOn;
  if (tableau !== undefined && samplerName(sampler) !== tableau) {
    return `run by ${run}, trained on steps of ${tableau}`;
  }
  const { isKnown, where } = knownSteps(trainedOn);
  const isAll = intervalsOf(sampler.times).every(([t, delta]) => isKnown(t, delta));
  return isAll ? null : `run by ${run}, trained on ${where} only`;
}

/** Which steps are those that a model was trained on, and that in words. */
function knownSteps({ increments: [smallest, largest], levels, times }: TrainedOn): {
  readonly isKnown: (t: number, delta: number) => boolean;
  readonly where: string;
} {
  if (times !== undefined) {
    const known = intervalsOf(times);
    return {
      isKnown: (t, delta) =>
        known.some(([start, width]) => isSame(start, t) && isSame(width, delta)),
      where: `the flow times ${times.map(shown).join(", ")}`,
    };
  }
  if (levels !== undefined) {
    return {
      isKnown: (t, delta) =>
        levels.some((level) => isSame(level, delta)) && isSame(Math.round(t / delta) * delta, t),
      where: `steps of ${levels.map(shown).join(", ")}`,
    };
  }
  return {
    isKnown: (_, delta) => delta > smallest - rounding && delta < largest + rounding,
    where: `steps of ${isSame(smallest, largest) ? shown(smallest) : `${shown(smallest)} to ${shown(largest)}`}`,
  };
}
