import type { Curve } from "./precision-curves.ts";

/** How a loss in mixed precision compares with that in float32 over all seeds, at one entry of the curves. */
export interface Comparison {
  readonly step: number;
  /** Mean over the seeds. */
  readonly float32: number;
  readonly mixed: number;
  /** Largest less smallest float32 loss of the seeds. */
  readonly spread: number;
  /** |mixed − float32| ≤ spread; null where one seed has no spread. */
  readonly isWithin: boolean | null;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Compares the seeds that there are in both precisions, entry by entry. */
export function compareCurves(
  curves: readonly Curve[],
  loss: "training" | "heldOut",
): readonly Comparison[] {
  const ofSeeds = (precision: Curve["precision"]): Map<number, Curve> =>
    new Map(curves.filter((c) => c.precision === precision).map((c) => [c.seed, c]));
  const [exact, mixed] = [ofSeeds("float32"), ofSeeds("mixed")];
  const seeds = [...exact.keys()].filter((seed) => mixed.has(seed));
  const steps = exact.get(seeds[0] ?? Number.NaN)?.steps ?? [];
  return steps.map((step, i) => {
    const at = (of: Map<number, Curve>): number[] =>
      seeds.map((seed) => of.get(seed)?.[loss][i] as number);
    const float32 = at(exact);
    const spread = Math.max(...float32) - Math.min(...float32);
    const means = { float32: mean(float32), mixed: mean(at(mixed)) };
    const isWithin = seeds.length < 2 ? null : Math.abs(means.mixed - means.float32) <= spread;
    return { step, ...means, spread, isWithin };
  });
}
