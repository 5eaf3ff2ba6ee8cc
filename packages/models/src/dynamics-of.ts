import {
  type Dynamics,
  type Network,
  type NetworkDescription,
  type ParamSets,
  type Params,
  ShapeError,
} from "@eddyflow/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { flowMap, meanVelocityMap } from "./flow-map.ts";
import {
  type BuildOptions,
  type CorrectorNetwork,
  correctorNetwork,
  type DirectNetwork,
  directNetwork,
  meanVelocityNetwork,
  type VelocityNetwork,
  velocityNetwork,
} from "./networks.ts";
import { velocityField } from "./velocity-field.ts";

/** Anything else that is wanted of a model as it is run; the precision is that of the student. */
export interface DynamicsOptions extends BuildOptions {
  /** Called at each evaluation of a network: what NFE is counted by. */
  readonly onEvaluation?: () => void;
  /**
   * Networks in place of the U-Nets of their descriptions, by their sets: with the inputs of the kind that is described,
   * (x, y, t), (x, y, t, δ) or (z, y). They choose their precision themselves.
   */
  readonly own?: Readonly<Record<string, VelocityNetwork | CorrectorNetwork | DirectNetwork>>;
}

/**
 * What a model carries states by, as the kind of its network "student" says: a velocity field; a flow map x + δu; the
 * flow map F = x + δ(1 − δ)v + δ²φ of a corrector with the velocity field of the set "velocity", which may be missing
 * where the map is only asked for δ = 1; or a network that makes the next state at once.
 *
 * The parameters stay the caller's. Weights other than those named, such as "student.average", are put in their
 * place by the caller: `dynamicsOf(networks, { ...sets, student: average })`.
 *
 * @throws ShapeError where the set "student" or its description is missing; ArgumentError where a network is one's own and
 *   not given.
 */
export function dynamicsOf(
  networks: Readonly<Record<string, NetworkDescription>>,
  sets: ParamSets,
  { onEvaluation, own = {}, networks: named = {}, ...evaluation }: DynamicsOptions = {},
): Dynamics {
  const counted = <Inputs extends readonly (Tensor | null)[]>(
    network: Network<Inputs>,
  ): Network<Inputs> => ({
    ...network,
    apply: (...inputs) => {
      onEvaluation?.();
      return network.apply(...inputs);
    },
  });
  const student = networks["student"];
  const params = sets["student"];
  if (student === undefined || params === undefined) {
    throw new ShapeError({
      problem: `a model of the sets ${Object.keys(sets).join(", ") || "(none)"} has no network to run`,
      expected: 'the set "student" and its description',
      remedy: 'put the weights under "student"',
    });
  }
  const ownStudent = own["student"];
  const options = { ...evaluation, networks: named };
  switch (student.kind) {
    case "velocity":
      return {
        kind: "velocity",
        velocity: velocityField(
          counted((ownStudent as VelocityNetwork) ?? velocityNetwork(student, options)),
          params,
        ),
      };
    case "mean-velocity":
      return {
        kind: "map",
        flowMap: meanVelocityMap(
          counted((ownStudent as CorrectorNetwork) ?? meanVelocityNetwork(student, options)),
          params,
        ),
      };
    case "corrector": {
      const velocity = networks["velocity"];
      const field: Params | undefined = sets["velocity"];
      const ownVelocity = own["velocity"] as VelocityNetwork | undefined;
      const underlying =
        velocity === undefined || field === undefined
          ? null
          : velocityField(
              counted(ownVelocity ?? velocityNetwork(velocity, { networks: named })),
              field,
            );
      const corrector = counted(
        (ownStudent as CorrectorNetwork) ?? correctorNetwork(student, options),
      );
      return { kind: "map", flowMap: flowMap(corrector, params, underlying) };
    }
    case "generator":
    case "predictor": {
      const network = counted(
        (ownStudent as DirectNetwork) ?? directNetwork({ ...student, kind: student.kind }, options),
      );
      return { kind: "direct", next: (x, y) => network.apply(params, x, y) };
    }
  }
}
