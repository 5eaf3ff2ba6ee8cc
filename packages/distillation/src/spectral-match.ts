import type { NetworkDescription, Objective } from "@eddyflow/core";
import { paramsOf } from "@eddyflow/losses";
import {
  type BuildOptions,
  spectralGainName,
  velocityNetwork,
  waveEnergies,
  waveModes,
} from "@eddyflow/models";
import { add, div, mean, mul, pow, sqrt, sub, sum, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { pairsOf, type TeacherPathOptions } from "./paths/pairs-of.ts";
import { pathPairs } from "./paths/path-pairs.ts";

/** Of a wavenumber without energy. */
const tiny = 1e-30;

export interface SpectralMatchOptions extends TeacherPathOptions, BuildOptions {}

/** What the loss compares; the caller disposes each. */
export type SpectralMatchTargets = {
  /** Energies of the waves of the student's ends, without its gains, `[batch, wavenumber, channel]`. */
  readonly own: Tensor;
  /** Those of the teacher's ends from the same noise. */
  readonly taught: Tensor;
};

/**
 * Gains that give each wavenumber the energy that it has in the end points of a teacher's paths: of the set "student", a
 * velocity network with `spectralGain` that is run by one Euler step, the gains g alone learn,
 *
 *   minimise E Σ_k [(1 + g_k)³ e_k/3 − (1 + g_k) ê_k + ⅔ ê_k √(ê_k/e_k)],   at its least where (1 + g_k)² E e_k = E ê_k,
 *
 * e_k the energy of wavenumber k in the student's ends before its gains and ê_k that in the teacher's, for each channel. The
 * last term does not depend on g: it makes the loss 0 where all energies are right. What is learnt by squared errors
 * comes near the mean of what its inputs allow, and so has too little energy where it is unsure; this puts it right, and
 * moves no wave. Where student and teacher have the same phases the distance between them falls too.
 *
 * @throws ArgumentError, when used, where the set "teacher" is missing and paths have to be made.
 */
export function spectralMatch(
  description: NetworkDescription & { readonly spectralGain: number },
  { networks, precision, ...path }: SpectralMatchOptions,
): Objective<SpectralMatchTargets> {
  const { spectralGain: wavenumbers, ...bare } = description;
  const network = velocityNetwork(bare, {
    ...(networks && { networks }),
    ...(precision && { precision }),
  });
  const draw = pathPairs({ steps: path.times.length - 1, share: 1 });
  const modes = waveModes(description.padding, wavenumbers);
  return {
    trains: "student",
    targets: (sets, batch, { key, rows }) =>
      tidy(() => {
        const { y, next, start, t } = pairsOf(sets, batch, { ...path, draw, key, rows });
        const end = add(start, network.apply(paramsOf(sets, "student"), start, y ?? null, t));
        return { own: waveEnergies(end, modes), taught: waveEnergies(next, modes) };
      }),
    loss: (sets, { own, taught }) =>
      tidy(() => {
        const gains = paramsOf(sets, "student")[spectralGainName] as Tensor;
        const factors = add(gains, 1);
        const energy = mul(own, div(pow(factors, 3), 3));
        const least = mul(mul(taught, sqrt(div(taught, add(own, tiny)))), 2 / 3);
        const excess = add(sub(energy, mul(taught, factors)), least);
        return { loss: mean(sum(excess, [1, 2])) };
      }),
  };
}
