import { ArgumentError, type Dynamics, type VelocityField } from "@eddyflow/core";

/**
 * The velocity field of a model, for a sampler of one's own that integrates it.
 *
 * @throws ArgumentError for a flow map, and for a network that makes the next state at once.
 */
export function velocityOf(dynamics: Dynamics): VelocityField {
  if (dynamics.kind === "velocity") return dynamics.velocity;
  throw new ArgumentError({
    problem: `this sampler integrates a velocity, and the model is of the kind "${dynamics.kind}"`,
    expected: "a model of a velocity field",
    remedy: "give it a run of velocity, or sample this model as its manifest says",
  });
}
