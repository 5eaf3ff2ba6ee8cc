/**
 * What a training step on P ranks costs, on paper: each computes on its own part of the batch, then all sum their gradients.
 * Messages cost α + n/β each. Computing is taken to last equally long on all ranks: nobody waits for a slow one, and the
 * network is used by this job alone.
 */

/** A network between ranks. */
export interface Network {
  /** α: seconds until the first byte of a message arrives. */
  readonly latency: number;
  /** β: bytes in a second, between any two ranks at once. */
  readonly bandwidth: number;
}

/** Seconds of a step of one rank without communication. */
export interface StepParts {
  /** Until the gradient of the last layer begins. */
  readonly forward: number;
  /** Until all gradients are there. */
  readonly backward: number;
  /** Clipping, optimizer and average. */
  readonly update: number;
}

/** How gradients are summed. */
export interface Reduction {
  readonly bytes: number;
  /** Equal parts that are summed one after the other. */
  readonly buckets: number;
  /** Whether a bucket is begun when its gradients are there, beside the rest of the backward pass; else after all of it. */
  readonly isOverlapped: boolean;
  /** Backward passes that are added up before one reduction and one update. */
  readonly accumulated: number;
}

/**
 * An all-reduce by a ring: 2(P − 1) messages of n/P bytes after each other, T = 2(P − 1)(α + n/(Pβ)).
 *
 * @see Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations, 2009.
 */
export const ringSeconds = (
  ranks: number,
  bytes: number,
  { latency, bandwidth }: Network,
): number => 2 * (ranks - 1) * (latency + bytes / ranks / bandwidth);

/**
 * An all-reduce by recursive halving and doubling: the bytes of the ring in 2⌈log₂ P⌉ messages,
 * T = 2⌈log₂ P⌉α + 2(P − 1)n/(Pβ).
 *
 * @see Thakur, Rabenseifner and Gropp, Optimization of collective communication operations in MPICH, 2005.
 */
export const halvingSeconds = (
  ranks: number,
  bytes: number,
  { latency, bandwidth }: Network,
): number =>
  2 * Math.ceil(Math.log2(ranks)) * latency + (2 * (ranks - 1) * bytes) / ranks / bandwidth;

/** An all-reduce by a tree (recursive doubling): T = ⌈log₂ P⌉(α + n/β), the fastest for few bytes. */
export const treeSeconds = (
  ranks: number,
  bytes: number,
  { latency, bandwidth }: Network,
): number => Math.ceil(Math.log2(ranks)) * (latency + bytes / bandwidth);

/** An all-reduce by the fastest of the three, as MPI libraries choose. */
export const allReduceSeconds = (ranks: number, bytes: number, network: Network): number =>
  Math.min(
    ...[ringSeconds, halvingSeconds, treeSeconds].map((seconds) => seconds(ranks, bytes, network)),
  );

/**
 * A step with its reduction. Buckets are summed in the order in which their gradients are there, one at a time: bucket i of k
 * is there at forward + backward · i/k, and its sum begins then, or when that of bucket i − 1 ends.
 */
export function stepSeconds(
  ranks: number,
  { forward, backward, update }: StepParts,
  { bytes, buckets, isOverlapped, accumulated }: Reduction,
  network: Network,
): number {
  const each = allReduceSeconds(ranks, bytes / buckets, network);
  const before = (accumulated - 1) * (forward + backward) + forward;
  let end = 0;
  for (let bucket = 1; bucket <= buckets; bucket++) {
    const ready = before + backward * (isOverlapped ? bucket / buckets : 1);
    end = Math.max(ready, end) + each;
  }
  return end + update;
}

/** The part of P ranks' time that is not lost to communication, where each keeps its batch: T₁ / T_P. */
export const efficiency = (
  ranks: number,
  parts: StepParts,
  reduction: Reduction,
  network: Network,
): number =>
  stepSeconds(1, parts, reduction, network) / stepSeconds(ranks, parts, reduction, network);
