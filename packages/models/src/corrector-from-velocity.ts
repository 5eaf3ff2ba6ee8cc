import {
  CheckpointError,
  type NetworkDescription,
  type OwnNetwork,
  type Params,
} from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { concat, type Tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import { copyTensor } from "./copy-params.ts";
import type { BuildOptions } from "./networks.ts";
import { ownNetwork } from "./own-network.ts";

/** The weights that read the network's input. */
export const inputWeights: readonly string[] = ["first.conv1.weight", "first.skip.weight"];

/**
 * Parameters for a corrector φ made of those of a velocity network with the same features: everything is
 * copied, sharing no memory, and the weights of the δ channel are zero, so that φ(x, y, t, δ) = v(x, y, t) and the flow map
 * F = x + δ(1 − δ)v + δ²φ starts as the Euler step x + δv.
 *
 * Of a network of one's own, every weight that is as large as the velocity's, or has one more entry along one axis, begins
 * so; the others as the network draws them.
 *
 * The velocity's parameters are untouched; the caller disposes the result.
 *
 * @param network - of the velocity or the corrector; only one of one's own needs it.
 * @throws CheckpointError if these are not the parameters of a velocity network; ArgumentError where the network is one's own
 *   and not given.
 */
export function correctorFromVelocity(
  velocityParams: Params,
  network?: NetworkDescription,
  { networks = {} }: Pick<BuildOptions, "networks"> = {},
): Params {
  const own = network && ownNetwork({ ...network, kind: "corrector" }, networks);
  if (own) return widened(own, velocityParams);
  for (const name of inputWeights) {
    if (velocityParams[name] !== undefined) continue;
    throw new CheckpointError({
      problem: `the velocity's parameters lack "${name}"`,
      expected: "the parameters of a velocity network",
      remedy: "start from a checkpoint of a velocity model",
    });
  }
  return tidy(() =>
    Object.fromEntries(
      Object.entries(velocityParams).map(([name, weight]) => [
        name,
        inputWeights.includes(name) ? withZeroChannel(weight) : copyTensor(weight),
      ]),
    ),
  );
}

/** A weight `[...kernel, in, out]` that reads one more channel, after the others, and ignores it. */
function withZeroChannel(weight: Tensor): Tensor {
  const inputs = weight.rank - 2;
  const channel = weight.shape.map((n, axis) => (axis === inputs ? 1 : n));
  return concat([weight, zeros(channel)], inputs);
}

/** The weights that a network draws, with those of another in their place as far as they fit. */
function widened({ init }: Pick<ReturnType<OwnNetwork>, "init">, params: Params): Params {
  return tidy(() =>
    Object.fromEntries(
      Object.entries(init(key(0))).map(([name, drawn]) => {
        const weight = params[name];
        if (weight === undefined || weight.rank !== drawn.rank) return [name, drawn];
        const more = drawn.shape.map((size, axis) => size - (weight.shape[axis] as number));
        const axis = more.indexOf(1);
        if (more.some((extra, i) => extra !== 0 && i !== axis)) return [name, drawn];
        if (axis === -1) return [name, copyTensor(weight)];
        const row = drawn.shape.map((size, i) => (i === axis ? 1 : size));
        return [name, concat([weight, zeros(row)], axis)];
      }),
    ),
  );
}
