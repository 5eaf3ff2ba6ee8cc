import { ArgumentError, type Dynamics, type SamplerDescription } from "@eddyflow/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { samplerName } from "./equal-steps.ts";
import { integrate } from "./integrate.ts";
import { jump } from "./jump.ts";
import { tableauOf } from "./tableaus/tableaus.ts";

/**
 * Where a model carries noise x under a condition y, run as the sampler says: a velocity field is integrated, a
 * flow map is followed. Both are `[batch, ...space, channel]`; neither is consumed. The caller disposes the
 * result.
 *
 * @throws ArgumentError where the sampler is of the other kind.
 */
export function endPoint(
  dynamics: Dynamics,
  x: Tensor,
  y: Tensor | null,
  sampler: SamplerDescription,
): Tensor {
  if (dynamics.kind === "velocity" && sampler.kind === "integrate") {
    const { tableau, times } = sampler;
    return integrate(dynamics.velocity, x, y, { tableau: tableauOf(tableau), times });
  }
  if (dynamics.kind === "map" && sampler.kind === "jump") {
    return jump(dynamics.flowMap, x, y, sampler.times);
  }
  throw new ArgumentError({
    problem: `a ${dynamics.kind === "map" ? "flow map" : "velocity field"} cannot be run by "${samplerName(sampler)}"`,
    expected: dynamics.kind === "map" ? '"flow"' : "a Runge–Kutta method",
    remedy: "give another sampler or another model",
  });
}
