import type { Objective } from "@eddyflow/core";
import { type AffinePath, linearPath, type Norm, paramsOf, pointOn } from "@eddyflow/losses";
import {
  type CorrectorNetwork,
  flowMapValue,
  type VelocityNetwork,
  velocityField,
} from "@eddyflow/models";
import { perSample } from "@eddyflow/ops";
import { drawRows, normalTensor, split } from "@eddyflow/random";
import {
  add,
  clone,
  concat,
  div,
  mul,
  slice,
  sub,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { checkAnchor } from "./check-anchor.ts";
import { dyadicIncrements } from "./increments/dyadic-increments.ts";
import type { IncrementDistribution, Increments } from "./increments/increment-distribution.ts";
import { restOfBatch } from "./rest-of-batch.ts";

export interface SemigroupOptions {
  readonly norm: Norm;
  /** The path that the velocity was trained on; `linearPath` by default. */
  readonly path?: AffinePath;
  /** Draws (t, δ) per sample; `dyadicIncrements({ levels: 4 })` by default: δ ∈ {1, ½, ¼, ⅛}. */
  readonly increments?: IncrementDistribution;
  /**
   * The δ at and below which the target is a midpoint step of the velocity instead of two half steps of the map: what
   * ties the map to its teacher. By default the anchor of the increments: ⅛ for 4 dyadic levels.
   */
  readonly anchor?: number;
}

/** What the semigroup loss compares; the caller disposes each, none belongs to the batch. */
export type SemigroupTargets = {
  /** x_t, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** The flow time t that each increment starts at, `[batch]`. */
  readonly t: Tensor1D;
  /** δ, `[batch]`. */
  readonly delta: Tensor1D;
  /** The flow time t + δ that it ends at, `[batch]`. */
  readonly end: Tensor1D;
  /** (x* − x)/δ − (1 − δ)v, what δφ should be, of the shape of x. */
  readonly correction: Tensor;
};

/**
 * Semigroup distillation: the set "student", a corrector φ, learns the flow map
 *
 *   F_δ(x, y, t) = x + δ(1 − δ)v(x, y, t) + δ²φ(x, y, t, δ)
 *
 * of a velocity v, the set "velocity", which stays as it is:
 *
 *   minimise E ‖(F_δ(x_t, y, t) − x*)/δ‖²   at norm time t + δ,
 *   x* = F_{δ/2}(F_{δ/2}(x_t, y, t), y, t + δ/2)              for δ > anchor,
 *   x* = x_t + δ v(x_t + ½δ v(x_t, y, t), y, t + ½δ)          for δ ≤ anchor,
 *
 * without a gradient through x*, and x_t = α(t)x₁ + σ(t)x₀ on the path of the velocity. Start φ by `correctorFromVelocity`.
 *
 * The anchored increments alone tie the map to its teacher: without them any map that agrees with itself has loss zero,
 * such as F = x + 7δ over v = 0. So enough of the increments must be anchored, and both halves of each longer one must
 * be increments that are trained too.
 *
 * The error is divided by δ, which makes it an error of mean velocity. An error ε of that moves the end point by about
 * ε whatever δ is, because 1/δ steps lead there. An error of states would leave the short increments, on which the long
 * ones are built, nearly untrained (δ⁴ in place of δ² before ‖φ − φ*‖²). On the two-dimensional Kuramoto–Sivashinsky
 * equation at 16² points, 600 iterations of the default options led to a one-step distillation error of .085. It was
 * .091 without the division, .122 with a division by δ², and .640 for the Euler step. x* is made by the student's
 * present weights.
 *
 * The targets cost two evaluations of v and, for δ > anchor, two of φ. The first of v also serves the full step, so
 * that the loss evaluates φ alone.
 *
 * Source: arXiv 2511.04641 for the map; Frans, Hafner, Levine, Abbeel, "One Step Diffusion via Shortcut Models" (ICLR
 * 2025) for levels of increments over an anchored shortest one.
 *
 * @throws ArgumentError if fewer than one increment in 32 is anchored, or one that is not anchored has halves that are
 * never drawn.
 */
export function semigroup(
  corrector: CorrectorNetwork,
  velocityNetwork: VelocityNetwork,
  { norm, increments = dyadicIncrements({ levels: 4 }), ...options }: SemigroupOptions,
): Objective<SemigroupTargets> {
  const { anchor = increments.anchor, path = linearPath } = options;
  checkAnchor(increments, anchor);
  return {
    trains: "student",
    targets: (sets, batch, { key, rows }) =>
      tidy(() => {
        const [forNoise, forIncrements] = split(key);
        const count = batch.next.shape[0] as number;
        const { t, delta } = drawRows(count, rows, (all) =>
          anchoredFirst(increments.draw(forIncrements, all), anchor),
        );
        const anchored = delta.filter(isUpTo(anchor)).length;
        const half = tensor1d(delta.map((width) => width / 2));
        const starts = tensor1d(t);
        const middles = tensor1d(t.map((start, i) => start + (delta[i] as number) / 2));
        const widths = perSample(tensor1d(delta), batch.next);

        const x = pointOn(
          path,
          normalTensor(forNoise, batch.next.shape, rows),
          batch.next,
          starts,
        ).xt;
        const y = batch.previous;
        const velocity = velocityField(velocityNetwork, paramsOf(sets, "velocity"));
        const student = paramsOf(sets, "student");

        /** One half step by the map from `from` at `times`, for the samples beyond the anchored ones. */
        const halfStep = (from: Tensor, times: Tensor1D, v: Tensor): Tensor[] => {
          if (anchored === count) return [];
          const [ownX, ownTimes, ownHalf] = [from, times, half].map((each) =>
            restOfBatch(each, anchored),
          );
          const ownY = y === null ? null : restOfBatch(y, anchored);
          const at = [ownTimes, ownHalf] as [Tensor1D, Tensor1D];
          const correction = corrector.apply(student, ownX as Tensor, ownY, ...at);
          const parts = { velocity: restOfBatch(v, anchored), correction, delta: at[1] };
          return [flowMapValue(ownX as Tensor, parts)];
        };
        /** x + δv/2 or x + δv of the anchored samples. */
        const straight = (v: Tensor, fraction: number): Tensor[] =>
          anchored === 0
            ? []
            : [
                add(
                  first(x, anchored),
                  mul(mul(first(v, anchored), first(widths, anchored)), fraction),
                ),
              ];

        const atStart = velocity(x, y, starts);
        const middle = concat([...straight(atStart, 1 / 2), ...halfStep(x, starts, atStart)], 0);
        const atMiddle = velocity(middle, y, middles);
        const end = concat([...straight(atMiddle, 1), ...halfStep(middle, middles, atMiddle)], 0);
        return {
          x,
          t: starts,
          delta: tensor1d(delta),
          end: tensor1d(t.map((start, i) => start + (delta[i] as number))),
          correction: sub(div(sub(end, x), widths), mul(sub(1, widths), atStart)),
          ...(y === null ? {} : { y: clone(y) }),
        };
      }),
    loss: (sets, { x, y, t, delta, end, correction }) =>
      tidy(() => {
        const own = corrector.apply(paramsOf(sets, "student"), x, y ?? null, t, delta);
        // (F − x*)/δ, in which x and v cancel.
        return { loss: norm(sub(mul(perSample(delta, x), own), correction), end) };
      }),
  };
}

/** Whether an increment is at most a limit in float32, as increments are: .1 is larger there. */
const isUpTo = (limit: number): ((width: number) => boolean) => {
  const rounded = Math.fround(limit);
  return (width) => width <= rounded;
};

/**
 * The draws with those of δ ≤ anchor first, so that the two kinds of targets are each one piece of the
 * batch. Which sample gets which draw is random either way.
 */
function anchoredFirst({ t, delta }: Increments, anchor: number): Increments {
  const order = Array.from(delta.keys());
  const isShort = isUpTo(anchor);
  const isAnchored = (i: number): boolean => isShort(delta[i] as number);
  const sorted = [...order.filter(isAnchored), ...order.filter((i) => !isAnchored(i))];
  return {
    t: Float32Array.from(sorted, (i) => t[i] as number),
    delta: Float32Array.from(sorted, (i) => delta[i] as number),
  };
}

/** The first `count` samples of a batch. */
const first = (x: Tensor, count: number): Tensor =>
  slice(
    x,
    x.shape.map(() => 0),
    [count, ...x.shape.slice(1)],
  );
