import { ArgumentError, type Objective, type ParamSets } from "@eddyflow/core";
import { type Norm, paramsOf } from "@eddyflow/losses";
import type { DiscriminatorNetwork, VelocityNetwork } from "@eddyflow/models";
import { normalTensor, split } from "@eddyflow/random";
import {
  add,
  clone,
  concat,
  mean,
  mul,
  neg,
  ones,
  reshape,
  type Scalar,
  softplus,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
  unstack,
  zeros,
} from "@tensorflow/tfjs-core";
import { pairsOf, type TeacherPathOptions } from "./paths/pairs-of.ts";
import { pathPairs } from "./paths/path-pairs.ts";

export interface AdversarialOptions extends TeacherPathOptions {
  readonly norm: Norm;
  /** λ ≥ 0. With 0 there are no paths, and the set "teacher" may be missing. */
  readonly distillation: number;
  /** γ ≥ 0. */
  readonly penalty: number;
  /** ε > 0, in units of the normalised states. */
  readonly noise: number;
}

/** What the student's loss needs; the caller disposes each, none belongs to the batch. */
export type AdversarialTargets = {
  /** The noise x₀, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** 0 for all, `[batch]`. */
  readonly t: Tensor1D;
  /** 1 for all, `[batch]`. */
  readonly end: Tensor1D;
  /** x̂_N, of the shape of x; absent where λ is 0. */
  readonly taught?: Tensor;
};

/** What the discriminator's loss needs; the caller disposes each, none belongs to the batch. */
export type DiscriminatorTargets = {
  /** True states, the student's, and, unless γ is 0, the true ones with noise: `[2 or 3 · batch, ...space, channel]`. */
  readonly x: Tensor;
  /** Their conditions, absent where there are none. */
  readonly y?: Tensor;
};

/** Two objectives that are trained in turn. */
export interface Adversarial {
  /** Trains the set "student". */
  readonly student: Objective<AdversarialTargets>;
  /** Trains the set "discriminator". */
  readonly discriminator: Objective<DiscriminatorTargets>;
}

/**
 * Adversarial distillation: the set "student", a velocity network, learns to go in one Euler step from noise x₀ to a state
 * x̂ = x₀ + u(x₀, y, 0) that the set "discriminator" takes for a next state of the data, and that is near to where N equal
 * `steps` of the set "teacher" by `tableau` lead from the same noise,
 *
 *   minimise E softplus(−D(y, x̂)) + λ ‖x̂ − x̂_N‖²   at norm time 1.
 *
 * The discriminator D gives one logit per patch, or per sample, and learns to tell data x₁ from the present student's states,
 *
 *   minimise E softplus(−D(y, x₁)) + E softplus(D(y, x̂)) + ½γ E (D(y, x₁ + εz) − D(y, x₁))²/ε²,   z ~ N(0, 1).
 *
 * Without the last term it is least at D = log p₁/p̂, the ratio of the densities of data and student, where the student
 * minimises how far they are apart. For small ε the last term is ½γ E ‖∇D‖², which keeps D from being sure of itself and the
 * two from circling around each other. It is a difference, since a loss cannot hold a derivative here.
 *
 * Regression on end points blurs what a student of this size cannot follow; a discriminator asks for states that look like
 * data, at the price of the pairing between noise and end point. λ says how much of either. The student begins as a copy of
 * its teacher and is good for this step alone. Batches are data.
 *
 * Sources: Sauer et al., "Adversarial Diffusion Distillation" (arXiv 2311.17042) for the two parts of the loss; Goodfellow
 * et al. (arXiv 1406.2661) for the logistic one; Lin et al., "Diffusion Adversarial Post-Training for One-Step Video
 * Generation" (arXiv 2501.08316) for the penalty as a difference.
 *
 * @throws ArgumentError for a negative λ or γ, or an ε that is not positive; when used, where a set is missing.
 */
export function adversarial(
  network: VelocityNetwork,
  discriminator: DiscriminatorNetwork,
  { norm, distillation, penalty, noise, ...path }: AdversarialOptions,
): Adversarial {
  checkWeight("distillation", distillation);
  checkWeight("penalty", penalty);
  if (!(noise > 0 && Number.isFinite(noise))) throw refused("noise", noise, "a number above 0");
  const draw = pathPairs({ steps: path.times.length - 1, share: 1 });

  /** x̂ of the present student. */
  const made = (sets: ParamSets, x: Tensor, y: Tensor | null, t: Tensor1D): Tensor =>
    add(x, network.apply(paramsOf(sets, "student"), x, y, t));
  const judged = (sets: ParamSets, y: Tensor | null, x: Tensor): Tensor =>
    discriminator.apply(paramsOf(sets, "discriminator"), y, x);
  const meanSoftplus = (x: Tensor): Scalar => mean<Scalar>(softplus(x));

  return {
    student: {
      trains: "student",
      targets: (sets, batch, { key, rows }) =>
        tidy(() => {
          if (distillation > 0) {
            const points = pairsOf(sets, batch, { ...path, draw, key, rows });
            const { y, next, start: x, t, end } = points;
            return { x, t, end, taught: next, ...(y && { y }) };
          }
          const { previous, next } = batch;
          const count: [number] = [next.shape[0] as number];
          return {
            x: normalTensor(key, next.shape, rows),
            t: zeros(count) as Tensor1D,
            end: ones(count) as Tensor1D,
            ...(previous && { y: clone(previous) }),
          };
        }),
      loss: (sets, { x, y = null, t, end, taught }) =>
        tidy(() => {
          const own = made(sets, x, y, t);
          const fooling = meanSoftplus(neg(judged(sets, y, own)));
          if (taught === undefined) return { loss: fooling };
          const distance = norm(sub(own, taught), end);
          return {
            loss: add<Scalar>(fooling, mul(distillation, distance)),
            terms: { adversarial: fooling, distillation: distance },
          };
        }),
    },
    discriminator: {
      trains: "discriminator",
      targets: (sets, { previous: y, next }, { key, rows }) =>
        tidy(() => {
          const [forStart, forNoise] = split(key);
          const start = normalTensor(forStart, next.shape, rows);
          const own = made(sets, start, y, zeros([next.shape[0] as number]) as Tensor1D);
          const moved = () => add(next, mul(noise, normalTensor(forNoise, next.shape, rows)));
          const states = [next, own, ...(penalty > 0 ? [moved()] : [])];
          return {
            x: concat(states, 0),
            ...(y && {
              y: concat(
                states.map(() => y),
                0,
              ),
            }),
          };
        }),
      loss: (sets, { x, y = null }) =>
        tidy(() => {
          const rows = penalty > 0 ? 3 : 2;
          const [real, fake, moved] = unstack(reshape(judged(sets, y, x), [rows, -1]));
          const telling = add<Scalar>(
            meanSoftplus(neg(real as Tensor)),
            meanSoftplus(fake as Tensor),
          );
          if (moved === undefined) return { loss: telling };
          // Divided before it is squared, which keeps small ε within float32.
          const slope = mul(sub(moved, real as Tensor), 1 / noise);
          const steepness = mean<Scalar>(square(slope));
          return {
            loss: add<Scalar>(telling, mul(penalty / 2, steepness)),
            terms: { logistic: telling, steepness },
          };
        }),
    },
  };
}

function checkWeight(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) throw refused(name, value, "a number of at least 0");
}

const refused = (name: string, value: number, expected: string): ArgumentError =>
  new ArgumentError({ problem: `${name} is ${value}`, expected, remedy: `give another ${name}` });
