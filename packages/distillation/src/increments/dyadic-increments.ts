import { split, uniform } from "@eddyflow/random";
import { evenly } from "./evenly.ts";
import { checkCount, checkRange, type IncrementDistribution } from "./increment-distribution.ts";

/**
 * δ ∈ {1, ½, ¼, …, 2^(1 − levels)}, each level equally likely, t a multiple of δ: just what a sampler of 1, 2, 4 …
 * equal steps visits, and nothing else. The levels are spread over the draws as evenly as `count` allows, in random
 * order, for a steadier gradient than independent draws give. The anchor is the shortest level; 4 levels are a good
 * choice, anchored at ⅛.
 *
 * Source: Frans, Hafner, Levine, Abbeel, "One Step Diffusion via Shortcut Models" (ICLR 2025).
 *
 * @throws ArgumentError unless `levels` is an integer from 1 to 30.
 */
export function dyadicIncrements({ levels }: { readonly levels: number }): IncrementDistribution {
  checkCount("levels", levels);
  checkRange("levels", levels, [1, 30]);
  const minimum = 2 ** (1 - levels);
  return {
    minimum,
    maximum: 1,
    levels: Array.from({ length: levels }, (_, level) => 2 ** -level),
    anchor: minimum,
    draw: (key, count) => {
      const [forLevel, forTime] = split(key);
      const u = uniform(forTime, count);
      const delta = Float32Array.from(evenly(forLevel, count, levels), (level) => 2 ** -level);
      const t = delta.map((width, i) => Math.floor((u[i] as number) / width) * width);
      return { t, delta };
    },
    covers: (t, delta) =>
      delta >= minimum &&
      t >= 0 &&
      t + delta <= 1 &&
      Number.isInteger(Math.log2(delta)) &&
      Number.isInteger(t / delta),
  };
}
