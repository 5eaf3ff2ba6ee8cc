import { ArgumentError, type Boundary, ShapeError } from "@eddyflow/core";
import { centralDifference, forwardDifference } from "@eddyflow/ops";
import {
  add,
  mean,
  mul,
  type Scalar,
  square,
  type Tensor,
  type Tensor1D,
} from "@tensorflow/tfjs-core";
import type { Norm } from "./norm.ts";

/** A weight: a number, or a function of the flow times `[batch]`. */
export type TimeWeight = number | ((t: Tensor1D) => Tensor1D);

export interface SobolevOptions {
  /** Weight of the error itself, at least 0. */
  readonly alpha: TimeWeight;
  /** Weight of the error's gradient, at least 0; `(t) => square(t)` leaves the noise's gradients out. */
  readonly beta: TimeWeight;
  /**
   * Weight of the error's second differences, at least 0; none by default. It grows as the fourth power of the
   * wavenumber, β as the second: choose it where the smallest scales have next to no energy, so that β large enough for
   * them would leave little weight to all others.
   */
  readonly gamma?: TimeWeight;
  /** Cell size hᵢ per spatial axis, in any unit: only the ratios count. */
  readonly spacing: readonly number[];
  /** Per spatial axis; at a wall central differences are one-sided, and forward ones end there. */
  readonly boundary: readonly Boundary[];
  /**
   * How the gradient is taken: `"central"` by default. Of a wave of k radians per cell, central differences see sin² k,
   * which is nothing for a wave of two cells; `"forward"` ones see 4 sin²(k/2), most where the wave is shortest. Choose
   * those for a student that leaves noise of two cells in its states.
   */
  readonly differences?: "central" | "forward";
}

/**
 * The Sobolev norm
 *
 *   α(t)‖e‖² + β(t)‖∇e‖² + γ(t)‖∇²e‖²,
 *   ‖∇e‖² = mean(Σᵢ ((h_min/hᵢ) Dᵢe)²),   ‖∇²e‖² = mean(Σᵢⱼ ((h_min²/(hᵢhⱼ)) DᵢDⱼe)²),
 *
 * means over batch, points and channels, where Dᵢ is the difference per cell along axis i, ½(eⱼ₊₁ − eⱼ₋₁) or eⱼ₊₁ − eⱼ.
 * h_min is the smallest of the hᵢ. Divide β by h_min², and γ by its square, for derivatives per unit of length. The origin's norm is α = 1 and
 * β(t) = t² with unit spacing (arXiv 2511.04641), except that it is one-sided at periodic boundaries too.
 *
 * @throws ArgumentError if spacing and boundary do not describe the same axes or a weight is negative.
 * @throws ShapeError, when used, if the error has other spatial axes, or fewer than two points on one: three between walls
 *   for γ and forward differences.
 */
export function sobolev({
  alpha,
  beta,
  gamma,
  spacing,
  boundary,
  differences = "central",
}: SobolevOptions): Norm {
  if (
    spacing.length === 0 ||
    spacing.length !== boundary.length ||
    !spacing.every((h) => h > 0 && Number.isFinite(h))
  ) {
    throw new ArgumentError({
      problem: `spacing [${spacing.join(", ")}] does not fit boundary [${boundary.join(", ")}]`,
      expected: "one positive cell size and one boundary for each spatial axis",
      remedy: "take both from the grid of the data",
    });
  }
  if (![alpha, beta, gamma ?? 0].every((weight) => typeof weight === "function" || weight >= 0)) {
    throw new ArgumentError({
      problem: `the weights of the norm are alpha = ${alpha}, beta = ${beta}, gamma = ${gamma ?? 0}`,
      expected: "numbers that are not negative",
      remedy: "give other weights",
    });
  }
  const differenceAlong = differences === "central" ? centralDifference : forwardDifference;
  const finest = Math.min(...spacing);
  return (error, t) => {
    checkAxes(error, boundary);
    const perSample = (x: Tensor): Tensor1D =>
      mean(
        x,
        x.shape.map((_, axis) => axis).filter((axis) => axis > 0),
      );
    const along = (x: Tensor, axis: number) =>
      differenceAlong(x, axis + 1, boundary[axis] as Boundary);
    const first = spacing.map((_, i) => along(error, i));
    const gradient = spacing
      .map((h, i) => mul<Tensor1D>(perSample(square(first[i] as Tensor)), (finest / h) ** 2))
      .reduce((sum, term) => add(sum, term));
    const weighed = (squares: Tensor1D, weight: TimeWeight): Tensor =>
      mean(mul(squares, typeof weight === "number" ? weight : weight(t)));
    const ofValues =
      typeof alpha === "number"
        ? mul(mean(square(error)), alpha)
        : mean(mul(perSample(square(error)), alpha(t)));
    const ofGradient = add<Scalar>(ofValues as Scalar, weighed(gradient, beta));
    if (gamma === undefined) return ofGradient;
    const second = spacing
      .flatMap((h, i) =>
        spacing.slice(i).map((other, later) => {
          const difference = along(first[i] as Tensor, i + later);
          // A mixed difference stands for both of its orders.
          const factor = (finest ** 2 / (h * other)) ** 2 * (later === 0 ? 1 : 2);
          return mul<Tensor1D>(perSample(square(difference)), factor);
        }),
      )
      .reduce((sum, term) => add(sum, term));
    return add<Scalar>(ofGradient, weighed(second, gamma));
  };
}

function checkAxes(error: Tensor, boundary: readonly Boundary[]): void {
  const space = error.shape.slice(1, -1);
  if (space.length === boundary.length && space.every((n) => n >= 2)) return;
  throw new ShapeError({
    problem: `an error of shape [${error.shape.join(", ")}] has no gradient along ${boundary.length} axes`,
    expected: `[batch, ...space, channel] with ${boundary.length} spatial axes of two points or more`,
    remedy: "give the norm the spacing and boundary of the data's grid",
  });
}
