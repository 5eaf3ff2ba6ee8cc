import { type AllReduce, type StepParts, stepSeconds } from "./cost-model.ts";

/** An all-reduce as it was timed. */
export interface TimedReduction {
  readonly ranks: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Steps of one network as they were timed, while all ranks computed. */
export interface TimedSteps {
  readonly network: string;
  /** Pairs of each rank. */
  readonly batch: number;
  /** Of the gradient. */
  readonly bytes: number;
  /** A step of the rank that takes longest, the median over steps. */
  readonly seconds: number;
  /** Forward and backward of one rank, the median over ranks and steps. */
  readonly computing: number;
  /** 1.4826 times the median deviation from `computing`, which is the standard deviation of normal values. */
  readonly spread: number;
  /** All that is neither computing nor the reduction, the median. */
  readonly update: number;
  /** The reduction of the rank that came last, which waits for nobody, the median over steps. */
  readonly reduction: number;
}

/** What `measure.ts` writes. */
export interface Measured {
  readonly name: string;
  readonly ranks: number;
  readonly sums: readonly Omit<TimedReduction, "ranks">[];
  readonly steps: readonly TimedSteps[];
}

/** A network whose step the model was asked for. */
export interface ComparedStep extends TimedSteps {
  readonly model: number;
}

/**
 * All-reduces between those that were timed, among the same ranks: linear in bytes from one size to the next, and the last
 * slope goes on. A message's time by its size, as a table in place of α + n/β (parameterised LogP).
 *
 * @see Kielmann, Bal and Verstoep, Fast measurement of LogP parameters for message passing platforms, 2000.
 */
export function betweenTimed(sums: Measured["sums"]): AllReduce {
  const sorted = [...sums].sort((a, b) => a.bytes - b.bytes);
  return (_, bytes) => {
    const above = sorted.findIndex((sum) => sum.bytes >= bytes);
    const last = above === -1 ? sorted.length - 1 : Math.max(1, above);
    const [from, to] = [sorted[last - 1], sorted[last]];
    if (from === undefined || to === undefined) return (from ?? to)?.seconds ?? Number.NaN;
    const slope = (to.seconds - from.seconds) / (to.bytes - from.bytes);
    return from.seconds + slope * (bytes - from.bytes);
  };
}

/** What each size but the first and the last comes to between its neighbours, over what was timed, less 1. */
export const leftOut = (sums: Measured["sums"]): readonly { bytes: number; error: number }[] =>
  sums.slice(1, -1).map(({ bytes, seconds }) => ({
    bytes,
    error: betweenTimed(sums.filter((sum) => sum.bytes !== bytes))(2, bytes) / seconds - 1,
  }));

/**
 * The steps of all networks but the first, by the model. The first one gives the seconds that a byte takes to be copied:
 * (reduction − sum)/bytes.
 */
export function compareSteps({ ranks, sums, steps }: Measured): readonly ComparedStep[] {
  const [first, ...others] = steps;
  if (first === undefined) return [];
  const allReduce = betweenTimed(sums);
  const perByte = Math.max(0, first.reduction - allReduce(ranks, first.bytes)) / first.bytes;
  return others.map((timed) => {
    const { bytes, computing, spread, update } = timed;
    const parts: StepParts = {
      ...{ forward: 0, backward: computing, update, spread },
      copy: perByte * bytes,
    };
    const plain = { bytes, buckets: 1, isOverlapped: false, accumulated: 1 };
    return { ...timed, model: stepSeconds(ranks, parts, plain, allReduce) };
  });
}
