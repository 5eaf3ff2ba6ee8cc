import { ArgumentError, type FlowMap, type Params, type VelocityField } from "@eddyflow/core";
import { perSample } from "@eddyflow/ops";
import {
  add,
  fill,
  mul,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
} from "@tensorflow/tfjs-core";
import type { CorrectorNetwork, MeanVelocityNetwork } from "./networks.ts";

export interface FlowMapValueOptions {
  /** v(x, y, t), of the shape of x. */
  readonly velocity: Tensor;
  /** φ(x, y, t, δ), of the shape of x. */
  readonly correction: Tensor;
  /** δ, one for all or `[batch]`. */
  readonly delta: Tensor1D | number;
}

/**
 * F = x + δ(1 − δ)v + δ²φ, for v and φ that are known already: x plus δ times a mean of v and φ that leans
 * to v for short increments and to φ for long ones. The caller disposes the result.
 */
export function flowMapValue(
  x: Tensor,
  { velocity, correction, delta }: FlowMapValueOptions,
): Tensor {
  return tidy(() => {
    if (typeof delta === "number") {
      return add(x, add(mul(velocity, delta * (1 - delta)), mul(correction, delta ** 2)));
    }
    const width = perSample(delta, x);
    return add(x, add(mul(velocity, mul(width, sub(1, width))), mul(correction, square(width))));
  });
}

/**
 * The flow map of a velocity v and a corrector φ,
 *
 *   F_δ(x, y, t) = x + δv(x, y, t) + δ²(φ(x, y, t, δ) − v(x, y, t)) = x + δ(1 − δ)v + δ²φ,
 *
 * of arXiv 2511.04641. It costs two network evaluations; one where δ is the number 1, since v has no weight
 * there and is not evaluated: with `velocity` null the map goes from noise to data in one step and no
 * other way.
 *
 * The parameters stay the caller's, who also disposes the map's results.
 *
 * @throws ArgumentError, when used, for δ other than the number 1 without a velocity.
 */
export function flowMap(
  corrector: CorrectorNetwork,
  correctorParams: Params,
  velocity: VelocityField | null,
): FlowMap {
  return (x, y, t, delta) =>
    tidy(() => {
      const increments =
        typeof delta === "number" ? (fill([x.shape[0] as number], delta) as Tensor1D) : delta;
      const correction = corrector.apply(correctorParams, x, y, t, increments);
      if (delta === 1) return add(x, correction);
      if (velocity === null) {
        throw new ArgumentError({
          problem: "a flow map without a velocity cannot make a part of the way",
          expected: "one step with δ = 1",
          remedy: "give it the velocity that it was distilled from",
        });
      }
      return flowMapValue(x, { velocity: velocity(x, y, t), correction, delta });
    });
}

/**
 * The flow map F_δ(x, y, t) = x + δ u(x, y, t, δ) of a network of the mean velocity u over [t, t + δ]. It costs one
 * network evaluation for every δ. The parameters stay the caller's, who also disposes the map's results.
 */
export function meanVelocityMap(network: MeanVelocityNetwork, params: Params): FlowMap {
  return (x, y, t, delta) =>
    tidy(() => {
      const increments =
        typeof delta === "number" ? (fill([x.shape[0] as number], delta) as Tensor1D) : delta;
      const mean = network.apply(params, x, y, t, increments);
      return add(x, mul(mean, typeof delta === "number" ? delta : perSample(delta, x)));
    });
}
