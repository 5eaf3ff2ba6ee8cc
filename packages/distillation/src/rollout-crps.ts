import { ArgumentError, type Objective, type ParamSets } from "@eddyflow/core";
import { type EnsembleScoreOptions, ensembleScore, perMember } from "@eddyflow/losses";
import { concatenateChannels } from "@eddyflow/ops";
import { normalTensor } from "@eddyflow/random";
import {
  add,
  div,
  mul,
  type Scalar,
  slice,
  stack,
  type Tensor,
  tensor1d,
  tidy,
  unstack,
} from "@tensorflow/tfjs-core";

export interface RolloutCrpsOptions extends EnsembleScoreOptions {
  /** K, the number of steps of a rollout, as a function of the optimizer step. A batch holds as many states to come. */
  readonly length: (step: number) => number;
  /**
   * "all" scores every step and differentiates through the whole rollout: the tape keeps K evaluations of all members.
   * "last" makes the first K − 1 steps without a gradient and scores the last alone: the tape keeps one evaluation,
   * whatever K is, but a step is not taught what its state leads to.
   */
  readonly gradient: "all" | "last";
  /** A channel that a rollout does not take from the model but from the truth, such as the time. */
  readonly timeChannel?: number;
  /**
   * The number of states at the front of the condition, the oldest first; 1 unless given. Each step drops the oldest and
   * puts the new one last; what stands behind them, such as parameters of the trajectory, stays.
   */
  readonly history?: number;
}

/** What the rollout loss compares; the caller disposes each, none belongs to the batch. */
export type RolloutCrpsTargets = {
  /** The condition of each member before the scored steps, `[M · batch, ...space, channel]`. */
  readonly y: Tensor;
  /** Noise N(0, 1) of each scored step, `[steps, M · batch, ...space, channel]`. */
  readonly z: Tensor;
  /** The true states, `[steps, batch, ...space, channel]`. */
  readonly truth: Tensor;
};

/**
 * Fine-tuning on rollouts: a model that makes the next state of noise and the present state, with the weights of the
 * set "student", learns to stay right where it is fed its own states,
 *
 *   minimise E (1/K) Σₖ [afCRPS(Xᵏ, yₖ) + w·afCRPS(C Xᵏ, C yₖ)],   Xᵏⱼ = next(zᵏⱼ, Xᵏ⁻¹ⱼ),   X⁰ⱼ = y₀,
 *
 * where y₀ may hold earlier states and parameters too, over M members with noise of their own at each step, see `ensembleScore` of the losses; or the last of these scores
 * alone. A step costs K · M evaluations per pair. The truth needs K states in a row.
 *
 * Sources: the rollout fine-tuning of Swift and Tyche (arXiv 2605.06916), which lengthen the rollout as they go and take
 * M = 2 and α = 1. It trades a little of the first steps' score for the later ones'.
 *
 * @param next - one step of the model with these sets. It runs on the tape.
 * @throws ArgumentError, when used, for a length that is not a whole number of at least 1, a batch of fewer states to
 *   come, or one without a present state.
 */
export function rolloutCrps(
  next: (sets: ParamSets, z: Tensor, y: Tensor) => Tensor,
  { length, gradient, timeChannel, history = 1, ...score }: RolloutCrpsOptions,
): Objective<RolloutCrpsTargets> {
  const { members } = score;
  const scored = ensembleScore(score);
  /** The state that the next step is given: the member's own, but for what the truth knows. */
  const carried = (state: Tensor, truth: Tensor): Tensor => {
    if (timeChannel === undefined) return state;
    const channels = state.shape.at(-1) as number;
    const isTime = tensor1d(
      Array.from({ length: channels }, (_, i) => (i === timeChannel ? 1 : 0)),
    );
    const isOwn = tensor1d(Array.from({ length: channels }, (_, i) => (i === timeChannel ? 0 : 1)));
    return add(mul(state, isOwn), mul(perMember(truth, members), isTime));
  };
  /** The condition of the next step. */
  const following = (y: Tensor, made: Tensor, truth: Tensor): Tensor => {
    const state = carried(made, truth);
    const [channels, all] = [state.shape.at(-1) as number, y.shape.at(-1) as number];
    const part = (from: number, to: number): readonly Tensor[] =>
      to === from
        ? []
        : [
            slice(
              y,
              y.shape.map((_, axis) => (axis === y.rank - 1 ? from : 0)),
              [...y.shape.slice(0, -1), to - from],
            ),
          ];
    const states = history * channels;
    const parts = [...part(channels, states), state, ...part(states, all)];
    return parts.length === 1 ? state : concatenateChannels(parts);
  };
  return {
    trains: "student",
    rowAxes: { z: 1, truth: 1 },
    targets: (sets, batch, { key, step, rows: own }) =>
      tidy(() => {
        const steps = length(step);
        const { previous } = batch;
        const truths = [batch.next, ...(batch.later ?? [])];
        if (previous === null || !Number.isInteger(steps) || steps < 1 || truths.length < steps) {
          throw new ArgumentError({
            problem: `a rollout of ${steps} steps on batches of ${truths.length} states to come${previous === null ? " and none before" : ""}`,
            expected: "at least 1 step, a present state, and a state to come for each step",
            remedy: `read batches with the horizon ${steps}`,
          });
        }
        const [rows, ...rest] = batch.next.shape as [number, ...number[]];
        const shape = [steps, members * rows, ...rest];
        const noise = normalTensor(key, shape, own, 1);
        const free = gradient === "last" ? steps - 1 : 0;
        let y = perMember(previous, members);
        for (const [i, z] of unstack(noise).slice(0, free).entries()) {
          y = following(y, next(sets, z, y), truths[i] as Tensor);
        }
        return {
          y,
          z: slice(
            noise,
            shape.map((_, axis) => (axis === 0 ? free : 0)),
            [steps - free, ...shape.slice(1)],
          ),
          truth: stack(truths.slice(free, steps)),
        };
      }),
    loss: (sets, { y, z, truth }) =>
      tidy(() => {
        const truths = unstack(truth);
        const scores: ReturnType<typeof scored>[] = [];
        let condition = y;
        for (const [i, noise] of unstack(z).entries()) {
          const own = truths[i] as Tensor;
          const made = next(sets, noise, condition);
          scores.push(scored(made, own));
          condition = following(condition, made, own);
        }
        const mean = (values: readonly Scalar[]): Scalar =>
          div<Scalar>(
            values.reduce((sum, value) => add<Scalar>(sum, value)),
            values.length,
          );
        const terms = scores.flatMap((each) => (each.terms === undefined ? [] : [each.terms]));
        return {
          loss: mean(scores.map(({ loss }) => loss)),
          ...(terms.length > 0 && {
            terms: {
              crps: mean(terms.map(({ crps }) => crps)),
              spectralCrps: mean(terms.map(({ spectralCrps }) => spectralCrps)),
            },
          }),
        };
      }),
  };
}
