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
export function outsideTraining(
  sampler: SamplerDescription,
  { increments: [smallest, largest], levels, times, tableau }: TrainedOn,
): string | null {
  if (sampler.kind === "direct") return null;
  const run = samplerText(sampler);
  if (tableau !== undefined && samplerName(sampler) !== tableau) {
    return `run by ${run}, trained on steps of ${tableau}`;
  }
  const intervals = intervalsOf(sampler.times);
  if (times !== undefined) {
    const known = intervalsOf(times);
    const isKnown = intervals.every(([t, delta]) =>
      known.some(([start, width]) => isSame(start, t) && isSame(width, delta)),
    );
    const list = times.map(shown).join(", ");
    return isKnown ? null : `run by ${run}, trained on the flow times ${list} only`;
  }
  if (levels !== undefined) {
    const isKnown = intervals.every(
      ([t, delta]) =>
        levels.some((level) => isSame(level, delta)) && isSame(Math.round(t / delta) * delta, t),
    );
    const list = levels.map(shown).join(", ");
    return isKnown ? null : `run by ${run}, trained on steps of ${list} only`;
  }
  const isKnown = intervals.every(
    ([, delta]) => delta > smallest - rounding && delta < largest + rounding,
  );
  const range = isSame(smallest, largest)
    ? shown(smallest)
    : `${shown(smallest)} to ${shown(largest)}`;
  return isKnown ? null : `run by ${run}, trained on steps of ${range} only`;
}
