import type { Network, Reduction, StepParts } from "./cost-model.ts";

/** Networks as they are usual, with what one message gets of them. Not measured. */
export const networks = {
  "Ethernet 10 Gb/s": { latency: 30e-6, bandwidth: 1.1e9 },
  "InfiniBand 100 Gb/s": { latency: 1.5e-6, bandwidth: 11e9 },
  "InfiniBand 400 Gb/s": { latency: 1.2e-6, bandwidth: 44e9 },
} as const satisfies Readonly<Record<string, Network>>;

/**
 * Milliseconds of the network of ns2d on two cores of an EPYC, float32, from the table in tooling/benchmarks/README.md: steps
 * with batches of 1 and 8, one evaluation with a batch of 8, and Adam; and copying its gradients, by the steps of two ranks in
 * docs/cluster.md.
 */
const measured = { step1: 79.2, step8: 435, forward8: 132, adam: 2.34, copy: 12 };

/** Values of the gradient of ns2d. */
const parameters = 2_082_076;

/** A step of a rank with a batch, T = t₀ + t₁ · batch by the two batches that were measured. */
export function stepOf(batch: number, timesAsFast = 1): StepParts {
  const each = (measured.step8 - measured.step1) / 7;
  const all = measured.step1 + each * (batch - 1);
  const forward = (all - measured.adam) * (measured.forward8 / (measured.step8 - measured.adam));
  const seconds = (milliseconds: number) => milliseconds / 1000 / timesAsFast;
  return {
    forward: seconds(forward),
    backward: seconds(all - measured.adam - forward),
    update: seconds(measured.adam),
    copy: seconds(measured.copy),
    spread: 0,
  };
}

/** A device as much faster than the two cores as this, which is assumed: communication shows there. */
export const fastDevice = 50;

/** One sum of all gradients after the backward pass. */
export const plain: Reduction = {
  bytes: 4 * parameters,
  buckets: 1,
  isOverlapped: false,
  accumulated: 1,
};

/** What would have to change where it does not pay. */
export const changes: Readonly<Record<string, Reduction>> = {
  "one sum after the backward pass": plain,
  "8 buckets beside the backward pass": { ...plain, buckets: 8, isOverlapped: true },
  "sums in 16 bits": { ...plain, bytes: 2 * parameters },
  "8 passes accumulated": { ...plain, accumulated: 8 },
  "all three": { bytes: 2 * parameters, buckets: 8, isOverlapped: true, accumulated: 8 },
};
