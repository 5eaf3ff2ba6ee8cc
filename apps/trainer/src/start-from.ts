import {
  ArgumentError,
  type NetworkDescription,
  type Normalisation,
  type OwnNetworks,
  type Params,
} from "@eddyflow/core";
import type { Learner } from "@eddyflow/methods";
import { copyWithGains, correctorFromVelocity } from "@eddyflow/models";
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
  const network = start.networks["student"];
  const { student } = learner.networks;
  const { kind: from, spectralGain: gains } = network ?? {};
  const to = student.kind;
  if (gains !== undefined && gains !== student.spectralGain) {
    throw new ArgumentError({
      problem: `the start ${checkpoint} has gains up to wavenumber ${gains}`,
      expected: `as many gains as this run has, ${student.spectralGain ?? "none"}`,
      remedy: `give single_step spectralGain=${gains}, or another --start`,
    });
  }
  const begun = beginning(network, { student, networks });
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
  { student, networks }: { readonly student: NetworkDescription; readonly networks: OwnNetworks },
): ((params: Params) => Params) | null {
  const [from, to] = [network?.kind, student.kind];
  if (from === to) return (params) => copyWithGains(params, student);
  const isIncrements = to === "mean-velocity" || to === "corrector";
  return isIncrements && from === "velocity"
    ? (params) => correctorFromVelocity(params, network, { networks })
    : null;
}
