import {
  ArgumentError,
  type NetworkDescription,
  type Normalisation,
  type OwnNetworks,
  type Params,
} from "@eddyflow/core";
import type { Learner } from "@eddyflow/methods";
import { copyParams, correctorFromVelocity } from "@eddyflow/models";
import { differentUnits } from "./different-units.ts";
import type { LoadedTeacher } from "./load-teacher.ts";

export interface StartOptions {
  /** Its path, for messages. */
  readonly checkpoint: string;
  /** Of the states that the learner computes with. */
  readonly normalisation: Normalisation;
  /** Networks of one's own. */
  readonly networks: OwnNetworks;
}

/**
 * A learner that begins with the weights of another model of the same network, in place of its own start. A network of
 * increments may begin with the weights of a velocity, which it reads as its mean over any increment.
 *
 * @throws ArgumentError where that is another network, or computes in other units.
 */
export function startFrom(
  learner: Learner,
  start: LoadedTeacher,
  { checkpoint, normalisation, networks }: StartOptions,
): Learner {
  const from = start.networks["student"]?.kind;
  const to = learner.networks.student.kind;
  const begun = beginning(start.networks["student"], { to, networks });
  if (begun === null) {
    throw new ArgumentError({
      problem: `the start ${checkpoint} is a ${from} network`,
      expected: `a ${to} network${to === "corrector" || to === "mean-velocity" ? ", or one of a velocity" : ""}`,
      remedy: "give another --start, or leave it out",
    });
  }
  if (differentUnits(start.normalisation, normalisation).length > 0) {
    throw new ArgumentError({
      problem: `the start ${checkpoint} computes in other units`,
      expected: "the mean and deviation of each channel that this run has",
      remedy: "give a --start of the same data or teacher",
    });
  }
  return { ...learner, init: () => begun(start.sets["student"] ?? {}) };
}

function beginning(
  network: NetworkDescription | undefined,
  { to, networks }: { readonly to: NetworkDescription["kind"]; readonly networks: OwnNetworks },
): ((params: Params) => Params) | null {
  const from = network?.kind;
  if (from === to) return copyParams;
  const isIncrements = to === "mean-velocity" || to === "corrector";
  return isIncrements && from === "velocity"
    ? (params) => correctorFromVelocity(params, network, { networks })
    : null;
}
