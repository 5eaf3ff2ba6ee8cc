import type { Batch, Key, Precision } from "@eddyflow/core";
import { flowMatching, l2 } from "@eddyflow/losses";
import { velocityNetwork } from "@eddyflow/models";
import { integers, key, keyFor } from "@eddyflow/random";
import { adam, cosine, trainStep } from "@eddyflow/training";
import { dispose, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { networks } from "./networks.ts";
import { type SmoothPair, smoothPair } from "./smooth-pairs.ts";

export interface CurveOptions {
  readonly steps: number;
  readonly batch: number;
  /** Points along both axes. */
  readonly points: number;
  readonly features: readonly number[];
}

/** One training. */
export interface Curve {
  readonly seed: number;
  readonly precision: Precision;
  /** Steps done at each entry of the two losses. */
  readonly steps: readonly number[];
  /** Mean of the training loss since the entry before. */
  readonly training: readonly number[];
  /** Loss on pairs that are never trained on, in float32, of the same noise and times for every curve. */
  readonly heldOut: readonly number[];
  /** Median of the time of a step. */
  readonly milliseconds: number;
}

/** Steps between two entries of a curve. */
export const every = 100;

const trainingPairs = 128;
const heldOutPairs = 32;

/** The pairs that every curve has in common: to train on, and held out. */
export function curveData(points: number): Readonly<Record<"training" | "heldOut", SmoothPair[]>> {
  const pairs = (purpose: string, count: number): SmoothPair[] =>
    Array.from({ length: count }, (_, i) => smoothPair(keyFor(0, purpose, i), points));
  return {
    training: pairs("training pairs", trainingPairs),
    heldOut: pairs("held-out pairs", heldOutPairs),
  };
}

/** A batch of the pairs of these numbers. */
function batchOf(pairs: readonly SmoothPair[], indices: Iterable<number>, points: number): Batch {
  const chosen = Array.from(indices, (i) => pairs[i] as SmoothPair);
  const stack = (role: keyof SmoothPair): Tensor => {
    const size = points * points * 4;
    const values = new Float32Array(chosen.length * size);
    for (const [i, pair] of chosen.entries()) values.set(pair[role], i * size);
    return tensor(values, [chosen.length, points, points, 4]);
  };
  return { previous: stack("previous"), next: stack("next") };
}

/** Flow times at equal distances, so that the held-out loss is not a matter of luck. */
const spreadTimes = (_: Key, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => (i + 0.5) / count);

/**
 * Trains the ns2d velocity network by flow matching and Adam in a precision. Weights, batches, noise and
 * times depend on the seed alone, so that two precisions differ in nothing else.
 *
 * @returns null where `signal` stopped it.
 */
export async function trainCurve(
  { seed, precision }: { readonly seed: number; readonly precision: Precision },
  { steps, batch: batchSize, points, features }: CurveOptions,
  {
    data,
    signal,
    onStep,
  }: {
    readonly data: ReturnType<typeof curveData>;
    readonly signal: AbortSignal;
    readonly onStep: (step: number) => void;
  },
): Promise<Curve | null> {
  const description = { ...networks.ns2d.description, features };
  const inFull = velocityNetwork(description);
  const objective = flowMatching(velocityNetwork(description, { precision }), { norm: l2() });
  const judge = flowMatching(inFull, { norm: l2(), times: spreadTimes });
  const optimizer = adam({ learningRate: cosine({ max: 5e-4, min: 5e-6, steps }), clipNorm: 1 });
  let sets = { student: inFull.init(keyFor(seed, "init", 0)) };
  let state = optimizer.init(sets.student);

  const heldOutLoss = async (): Promise<number> => {
    let sum = 0;
    for (let start = 0; start < heldOutPairs; start += batchSize) {
      const count = Math.min(batchSize, heldOutPairs - start);
      const indices = Array.from({ length: count }, (_, i) => start + i);
      const batch = batchOf(data.heldOut, indices, points);
      const targets = await judge.targets(sets, batch, { key: key(start), step: 0 });
      const { loss } = tidy(() => ({ loss: judge.loss(sets, targets).loss }));
      sum += count * ((await loss.data())[0] as number);
      dispose([targets, loss, batch.previous, batch.next] as never);
    }
    return sum / heldOutPairs;
  };

  const curve = { steps: [] as number[], training: [] as number[], heldOut: [] as number[] };
  const times: number[] = [];
  let losses: number[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      if (signal.aborted) return null;
      const indices = integers(keyFor(seed, "batch", step), batchSize, trainingPairs);
      const batch = batchOf(data.training, indices, points);
      const start = performance.now();
      const result = await trainStep(objective, optimizer, {
        sets,
        state,
        batch,
        key: keyFor(seed, "step", step),
        step,
      });
      sets = result.sets as typeof sets;
      state = result.state;
      losses.push((await result.loss.data())[0] as number);
      times.push(performance.now() - start);
      dispose([result.loss, result.norm, result.skipped, batch.previous, batch.next] as never);
      if ((step + 1) % every === 0 || step + 1 === steps) {
        curve.steps.push(step + 1);
        curve.training.push(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
        curve.heldOut.push(await heldOutLoss());
        losses = [];
      }
      onStep(step + 1);
    }
  } finally {
    dispose([sets, state] as never);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return { seed, precision, ...curve, milliseconds: sorted[sorted.length >> 1] as number };
}
