import type { ExperimentConfig } from "@eddyflow/experiments";
import { advance } from "@eddyflow/pde";
import { foldIn, keyFor } from "@eddyflow/random";
import { requireSimulation, type Split, type System, systemOf } from "@eddyflow/systems";
import { observerOf, trajectoryKey } from "./simulate.ts";
import { statesAlong } from "./states-along.ts";

/** A state of a trajectory from which members are drawn. */
export interface Branching {
  /** Its number in the ensemble. */
  readonly condition: number;
  readonly frame: number;
  /** The numbers of the members to draw. */
  readonly members: readonly number[];
}

/** The next state of a condition in one member, as it is stored. */
interface DrawnMember {
  readonly condition: number;
  readonly member: number;
  readonly values: Float32Array;
}

interface DrawOptions {
  /** Hears of each condition what is stored of it, before its members are drawn. */
  readonly onCondition?: (condition: number, state: Float32Array) => void;
  /** The part that is done, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Asked often; where it says so, nothing more is drawn. */
  readonly isStopped?: () => boolean;
}

/** Steps of the solver that drawing takes: along the trajectory, and for each member. */
export interface DrawingCost {
  readonly warmUp: number;
  readonly perFrame: number;
  readonly perMember: number;
}

/** The steps that the members of one trajectory take. */
export const stepsOf = (
  branchings: readonly Branching[],
  { warmUp, perFrame, perMember }: DrawingCost,
): number =>
  warmUp +
  perFrame * Math.max(...branchings.map(({ frame }) => frame)) +
  perMember * branchings.reduce((sum, { members }) => sum + members.length, 0);

/** Draws members of the states of one trajectory. */
export interface Drawing {
  readonly cost: DrawingCost;
  /** Whether the same state has many next ones. */
  readonly stochastic: boolean;
  (
    trajectory: number,
    branchings: readonly Branching[],
    options?: DrawOptions,
  ): Generator<DrawnMember>;
}

/**
 * Draws next states of the states of a split: goes once along a trajectory, as it was simulated, and at each frame that is
 * asked for lets members go on from the solver's own state. The noise of a member comes from its seed, split, condition and
 * number alone: `foldIn(keyFor(seed, "ensemble/<split>", condition), member)`. Without noise the one member is the next
 * state of the trajectory.
 *
 * @param own - systems of one's own; none unless given.
 * @throws ArgumentError for files; while it draws, DataError where the solution is no longer finite.
 */
export function prepareDrawing(
  { data, seed }: ExperimentConfig,
  split: Split,
  own: readonly System[] = [],
): Drawing {
  const recipe = requireSimulation(data);
  const { frameStride } = recipe;
  const course = systemOf(recipe, own).prepare(recipe);
  const { stepsPerFrame, warmUpSteps, branch } = course;
  const see = observerOf(recipe, course, own);
  const cost: DrawingCost = {
    warmUp: warmUpSteps,
    perFrame: stepsPerFrame,
    perMember: frameStride * stepsPerFrame,
  };
  function* draw(
    trajectory: number,
    branchings: readonly Branching[],
    { onCondition, onProgress, isStopped }: DrawOptions = {},
  ): Generator<DrawnMember> {
    const last = Math.max(...branchings.map(({ frame }) => frame));
    const all = stepsOf(branchings, cost);
    const key = trajectoryKey(seed, split, trajectory);
    let drawn = 0;
    for (const { frame, state, stepper, done } of statesAlong(course, key, trajectory)) {
      onProgress?.((done + drawn * cost.perMember) / all);
      if (isStopped?.()) return;
      if (frame === null) continue;
      for (const { condition, members } of branchings.filter((one) => one.frame === frame)) {
        onCondition?.(condition, see(state, frame));
        for (const member of members) {
          if (isStopped?.()) return;
          const memberKey = foldIn(keyFor(seed, `ensemble/${split}`, condition), member);
          const solver = branch?.(memberKey) ?? stepper;
          let next = state;
          for (let ahead = 0; ahead < frameStride; ahead++) {
            next = advance(solver, next, stepsPerFrame, done + ahead * stepsPerFrame);
          }
          yield { condition, member, values: see(next, frame + frameStride) };
          onProgress?.((done + ++drawn * cost.perMember) / all);
        }
      }
      if (frame === last) return;
    }
  }
  return Object.assign(draw, { cost, stochastic: branch !== undefined });
}
