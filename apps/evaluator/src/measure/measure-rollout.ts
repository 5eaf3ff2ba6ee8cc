import type { TrajectoryStore } from "@eddyflow/datasets";
import { foldIn, keyFor } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import type { LatentPolicy } from "./evaluation.ts";
import { forecastInBatches } from "./forecast-in-batches.ts";
import { comparedLayout, inUnits, stateOf } from "./layout.ts";
import { conditionsAtOnce, type MeasureOptions } from "./measure-one-step.ts";
import { collectFields, type PicturedFields, type PicturedSteps } from "./pictured-fields.ts";
import { byName } from "./runs.ts";
import {
  divergenceDefinition,
  driftDefinitions,
  measuresFor,
  rolloutDefinitions,
} from "./score-definitions.ts";
import type { CorrelationTimes, Score, Scores } from "./scores.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";
import { merged, stateDrifts, stateErrors } from "./state-measures.ts";
import { addToTally, emptyTally, type Tally } from "./tally.ts";
import {
  correlationTimesOf,
  type DrawnScore,
  drawnScoresOf,
  meanOverSteps,
  scoresOf,
  withoutDraws,
} from "./tally-scores.ts";
import { divergenceMeasures, wholeVectors } from "./vector-divergence.ts";

/** The rollouts of one contestant, in the mean over its runs. */
export interface RolloutResult {
  /** Per step. */
  readonly scores: readonly Scores[];
  /** In the mean over steps. */
  readonly mean: Readonly<Record<string, DrawnScore>>;
  readonly correlationTimes: readonly CorrelationTimes[];
  /** Of each whole vector, per step. */
  readonly divergence: readonly (readonly Score[])[];
  /** Of the first rollout of the first run. */
  readonly frames: PicturedFields;
}

export interface MeasureRolloutOptions extends MeasureOptions {
  readonly length: number;
  readonly latentPolicy: LatentPolicy;
  readonly picturedSteps: PicturedSteps;
}

/**
 * Rolls out every contestant from held-out states and compares each step with the truth. Contestants of one name are runs
 * of one, whose mean is scored.
 *
 * @returns the results by name, the true fields of the first rollout, and what the truth itself scores.
 */
export async function measureRollout(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  starts: readonly Start[],
  options: MeasureRolloutOptions,
): Promise<{
  readonly byName: ReadonlyMap<string, RolloutResult>;
  readonly truth: PicturedFields;
  readonly truthScores: readonly Scores[];
  readonly truthDivergence: readonly (readonly Score[])[];
}> {
  const { layout, members, batch, seed, signal, onStep } = options;
  const { length, latentPolicy, picturedSteps } = options;
  const { frameInterval } = test.description;
  const history = longestHistory(contestants);
  const compared = comparedLayout(layout);
  const newTallies = (measures: readonly string[]) => {
    const perStep = (channels: number, names: readonly string[]) =>
      Array.from({ length }, () => emptyTally(channels, names));
    const vectors = wholeVectors(compared).length;
    return {
      errors: perStep(compared.channels, measures),
      divergence: perStep(vectors, measuresFor(divergenceDefinition)),
    };
  };
  const ofTruth = newTallies(measuresFor(driftDefinitions));
  const addDivergence = (
    { divergence }: ReturnType<typeof newTallies>,
    { step, trajectory }: { readonly step: number; readonly trajectory: number },
    states: readonly Float32Array[],
  ) => addToTally(divergence[step - 1] as Tally, trajectory, divergenceMeasures(states, compared));
  const tallies = contestants.map((contestant) => ({
    contestant,
    ...newTallies(measuresFor(rolloutDefinitions)),
    frames: collectFields(layout, picturedSteps),
  }));
  const truthFrames = collectFields(layout, picturedSteps);

  const atOnce = conditionsAtOnce(batch, members);
  for (let first = 0; first < starts.length; first += atOnce) {
    const group = starts.slice(first, first + atOnce);
    const known = await readStarts(test, group, history);
    const initials = inUnits(known.states, layout);
    // Read once more for each contestant, so that no more than one step of the truth is held.
    const trueStates = (step: number) =>
      Promise.all(
        group.map(({ trajectory, frame }) => test.readFrames(trajectory, frame + step, 1)),
      );
    if (first === 0) truthFrames.add(0, [stateOf(known.states, 0, layout)]);
    for (let step = 1; step <= length; step++) {
      signal.throwIfAborted();
      const states = await trueStates(step);
      if (first === 0) truthFrames.add(step, states.slice(0, 1));
      for (const [index, { trajectory }] of group.entries()) {
        const state = inUnits(states[index] as Float32Array, layout);
        const drifts = stateDrifts([state], stateOf(initials, index, compared), compared);
        addToTally(ofTruth.errors[step - 1] as Tally, trajectory, drifts);
        addDivergence(ofTruth, { step, trajectory }, [state]);
      }
    }
    for (const tally of tallies) {
      const { contestant, frames } = tally;
      const own = contestant.ensemble ? members : 1;
      const forecast = forecastInBatches(contestant, known, {
        count: group.length,
        members: own,
        batch,
        layout,
      });
      const initial = stateOf(known.states, 0, layout);
      if (first === 0) frames.add(0, Array(own).fill(initial));
      try {
        const key = keyFor(seed, "rollout", first);
        for (let step = 1; step <= length; step++) {
          signal.throwIfAborted();
          const states = await forecast.step(foldIn(key, latentPolicy === "new" ? step : 1));
          const forecasts = inUnits(states, layout);
          const truths = await trueStates(step);
          for (const [index, { trajectory }] of group.entries()) {
            const members = Array.from({ length: own }, (_, member) =>
              stateOf(forecasts, index * own + member, compared),
            );
            const truth = inUnits(truths[index] as Float32Array, layout);
            const measures = merged(
              stateErrors(members, truth, compared),
              stateDrifts(members, stateOf(initials, index, compared), compared),
            );
            addToTally(tally.errors[step - 1] as Tally, trajectory, measures);
            addDivergence(tally, { step, trajectory }, members);
          }
          if (first === 0) {
            const members = Array.from({ length: own }, (_, row) => stateOf(states, row, layout));
            frames.add(step, members);
          }
          onStep(contestant, group.length * own);
        }
      } finally {
        forecast.dispose();
      }
    }
  }
  const drawn = { members, seed };
  const divergenceOf = (runs: readonly Pick<(typeof tallies)[number], "divergence">[]) =>
    Array.from({ length }, (_, step) => {
      const ofStep = runs.map(({ divergence }) => divergence[step] as Tally);
      return scoresOf(ofStep, divergenceDefinition, drawn).divergence.channels;
    });
  const resultOf = (runs: readonly (typeof tallies)[number][]): RolloutResult => {
    const steps = Array.from({ length }, (_, step) => {
      const ofStep = runs.map(({ errors }) => errors[step] as Tally);
      return drawnScoresOf(ofStep, rolloutDefinitions, drawn);
    });
    const errors = runs.map((run) => run.errors);
    return {
      scores: steps.map(withoutDraws),
      mean: meanOverSteps(steps),
      correlationTimes: correlationTimesOf(errors, frameInterval, seed),
      divergence: divergenceOf(runs),
      frames: (runs[0] as (typeof tallies)[number]).frames.fields(),
    };
  };
  return {
    byName: new Map(
      [...byName(tallies, ({ contestant }) => contestant)].map(([name, runs]) => [
        name,
        resultOf(runs),
      ]),
    ),
    truth: truthFrames.fields(),
    truthScores: ofTruth.errors.map((tally) => scoresOf([tally], driftDefinitions, drawn)),
    truthDivergence: divergenceOf([ofTruth]),
  };
}
