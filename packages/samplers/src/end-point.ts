import { ArgumentError, type Dynamics, type SamplerDescription } from "@eddyflow/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { samplerName } from "./equal-steps.ts";
import { integrate } from "./integrate.ts";
import { jump } from "./jump.ts";
import { requireWholeWay } from "./require-whole-way.ts";
import { tableauOf } from "./tableaus/tableaus.ts";

const runners: Readonly<Record<Dynamics["kind"], readonly [what: string, by: string]>> = {
  velocity: ["a velocity field", "a Runge–Kutta method"],
  map: ["a flow map", '"flow"'],
  direct: ["a network that makes the next state at once", '"direct"'],
};

/**
 * Where a model carries noise x under a condition y, run as the sampler says: a velocity field is integrated, a
 * flow map is followed, a network is evaluated once. Both are `[batch, ...space, channel]`; neither is consumed. The
 * caller disposes the result.
 *
 * @throws ArgumentError where the sampler is of another kind, and for flow times that do not rise from 0 to 1.
 */
export function endPoint(
  dynamics: Dynamics,
  x: Tensor,
  y: Tensor | null,
  sampler: SamplerDescription,
): Tensor {
  requireWholeWay(sampler);
  if (dynamics.kind === "velocity" && sampler.kind === "integrate") {
    const { tableau, times } = sampler;
    return integrate(dynamics.velocity, x, y, { tableau: tableauOf(tableau), times });
  }
  if (dynamics.kind === "map" && sampler.kind === "jump") {
    return jump(dynamics.flowMap, x, y, sampler.times);
  }
  if (dynamics.kind === "direct" && sampler.kind === "direct") return dynamics.next(x, y);
  const [what, by] = runners[dynamics.kind];
  throw new ArgumentError({
    problem: `${what} cannot be run by "${samplerName(sampler)}"`,
    expected: by,
    remedy: "give another sampler or another model",
  });
}
