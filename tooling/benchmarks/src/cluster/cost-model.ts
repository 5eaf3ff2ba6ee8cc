/**
 * What a training step on P ranks costs, on paper: each computes on its own part of the batch, then all wait for the slowest and
 * sum their gradients. Messages cost α + n/β each, and the network is used by this job alone.
 */

/** A network between ranks. */
export interface Network {
  /** α: seconds until the first byte of a message arrives. */
  readonly latency: number;
  /** β: bytes in a second, between any two ranks at once. */
  readonly bandwidth: number;
}

/** Seconds of an all-reduce of so many bytes among so many ranks. */
export type AllReduce = (ranks: number, bytes: number) => number;

/** Seconds of a step of one rank without communication. */
export interface StepParts {
  /** Until the gradient of the last layer begins. */
  readonly forward: number;
  /** Until all gradients are there. */
  readonly backward: number;
  /** Clipping, optimizer and average. */
  readonly update: number;
  /** Copying all gradients into one buffer and their sums back; one rank alone copies nothing. */
  readonly copy: number;
  /** By how much forward + backward of one rank differs from step to step, as a standard deviation. */
  readonly spread: number;
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
export const onNetwork =
  (network: Network): AllReduce =>
  (ranks, bytes) =>
    Math.min(
      ...[ringSeconds, halvingSeconds, treeSeconds].map((seconds) =>
        seconds(ranks, bytes, network),
      ),
    );

/**
 * The largest of P values of a standard normal distribution, as it is expected: ∫ x d(Φ(x)ᴾ). 0 for one, 1/√π for two, 3.5
 * for 4,096.
 */
export function expectedLargest(ranks: number): number {
  const step = 0.002;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let [below, expected] = [0, 0];
  for (let x = -9; x < 9; x += step) {
    const part = step * density(x + step / 2);
    expected += (x + step / 2) * ((below + part) ** ranks - below ** ranks);
    below += part;
  }
  return expected;
}

/**
 * A step with its reduction. The slowest rank computes longer than the others by E[max of P normal values] times their spread,
 * and all wait for it. Buckets are copied and summed in the order in which their gradients are there, one at a time: bucket i
 * of k is there at forward + backward · i/k, and its sum begins then, or when that of bucket i − 1 ends.
 */
export function stepSeconds(
  ranks: number,
  { forward, backward, update, copy, spread }: StepParts,
  { bytes, buckets, isOverlapped, accumulated }: Reduction,
  allReduce: AllReduce,
): number {
  if (ranks === 1) return accumulated * (forward + backward) + update;
  const each = copy / buckets + allReduce(ranks, bytes / buckets);
  const before = (accumulated - 1) * (forward + backward) + forward;
  const slowest = backward + Math.sqrt(accumulated) * spread * expectedLargest(ranks);
  let end = 0;
  for (let bucket = 1; bucket <= buckets; bucket++) {
    const ready = before + slowest * (isOverlapped ? bucket / buckets : 1);
    end = Math.max(ready, end) + each;
  }
  return end + update;
}

/** The part of P ranks' time that is lost neither to communication nor to waiting, where each keeps its batch: T₁ / T_P. */
export const efficiency = (
  ranks: number,
  parts: StepParts,
  reduction: Reduction,
  allReduce: AllReduce,
): number =>
  stepSeconds(1, parts, reduction, allReduce) / stepSeconds(ranks, parts, reduction, allReduce);
