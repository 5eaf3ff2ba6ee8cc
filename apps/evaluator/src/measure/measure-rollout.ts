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
import { shareOut } from "./share-out.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";
import { type Measures, merged, stateDrifts, stateErrors } from "./state-measures.ts";
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

/** What was measured of some rollouts. */
interface MeasuredRollouts {
  /** Of each state of each step. */
  readonly states: readonly {
    readonly step: number;
    readonly trajectory: number;
    /** Of each channel. */
    readonly errors: readonly Measures[];
    /** Of each whole vector. */
    readonly divergence: readonly Measures[];
  }[];
  /** Of the first rollout; empty where it is not among them. */
  readonly frames: PicturedFields;
}

/**
 * Rolls out every contestant from held-out states and compares each step with the truth. Contestants of one name are runs
 * of one, whose mean is scored. Ranks share out the contestants, and of each the rollouts that are made at once.
 *
 * @returns the results by name, the true fields of the first rollout, and what the truth itself scores; null in other
 *   ranks than 0.
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
} | null> {
  const { layout, members, batch, seed, signal, onStep, price } = options;
  const { length, latentPolicy, picturedSteps } = options;
  const { frameInterval } = test.description;
  const history = longestHistory(contestants);
  const compared = comparedLayout(layout);
  const rowsOf = ({ ensemble }: Contestant) => (ensemble ? members : 1);
  // Read for each contestant, so that no more than one step of the truth is held.
  const trueStates = (group: readonly Start[], step: number) =>
    Promise.all(group.map(({ trajectory, frame }) => test.readFrames(trajectory, frame + step, 1)));

  const measureTruth = async (
    group: readonly Start[],
    first: number,
  ): Promise<MeasuredRollouts> => {
    const measured: MeasuredRollouts["states"][number][] = [];
    const frames = collectFields(layout, picturedSteps);
    const known = await readStarts(test, group, history);
    const initials = inUnits(known.states, layout);
    if (first === 0) frames.add(0, [stateOf(known.states, 0, layout)]);
    for (let step = 1; step <= length; step++) {
      signal.throwIfAborted();
      const states = await trueStates(group, step);
      if (first === 0) frames.add(step, states.slice(0, 1));
      for (const [index, { trajectory }] of group.entries()) {
        const state = inUnits(states[index] as Float32Array, layout);
        const errors = stateDrifts([state], stateOf(initials, index, compared), compared);
        const divergence = divergenceMeasures([state], compared);
        measured.push({ step, trajectory, errors, divergence });
      }
    }
    return { states: measured, frames: frames.fields() };
  };

  const measureForecasts = async (
    contestant: Contestant,
    group: readonly Start[],
    first: number,
  ): Promise<MeasuredRollouts> => {
    const measured: MeasuredRollouts["states"][number][] = [];
    const frames = collectFields(layout, picturedSteps);
    const known = await readStarts(test, group, history);
    const initials = inUnits(known.states, layout);
    const own = rowsOf(contestant);
    const forecast = forecastInBatches(contestant, known, {
      count: group.length,
      members: own,
      batch,
      layout,
    });
    if (first === 0) frames.add(0, Array(own).fill(stateOf(known.states, 0, layout)));
    try {
      const key = keyFor(seed, "rollout", first);
      for (let step = 1; step <= length; step++) {
        signal.throwIfAborted();
        const states = await forecast.step(foldIn(key, latentPolicy === "new" ? step : 1));
        const forecasts = inUnits(states, layout);
        const truths = await trueStates(group, step);
        for (const [index, { trajectory }] of group.entries()) {
          const members = Array.from({ length: own }, (_, member) =>
            stateOf(forecasts, index * own + member, compared),
          );
          const truth = inUnits(truths[index] as Float32Array, layout);
          const errors = merged(
            stateErrors(members, truth, compared),
            stateDrifts(members, stateOf(initials, index, compared), compared),
          );
          const divergence = divergenceMeasures(members, compared);
          measured.push({ step, trajectory, errors, divergence });
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
    return { states: measured, frames: frames.fields() };
  };

  const atOnce = conditionsAtOnce(batch, members);
  const parts = Array.from({ length: Math.ceil(starts.length / atOnce) }, (_, part) => {
    const first = part * atOnce;
    const group = starts.slice(first, first + atOnce);
    const states = group.length * length;
    return [
      { price: states * price(null), measure: () => measureTruth(group, first) },
      ...contestants.map((contestant) => ({
        price: states * price(contestant) * rowsOf(contestant),
        measure: () => measureForecasts(contestant, group, first),
      })),
    ];
  });

  const newTallies = (measures: readonly string[]) => {
    const perStep = (channels: number, names: readonly string[]) =>
      Array.from({ length }, () => emptyTally(channels, names));
    const vectors = wholeVectors(compared).length;
    return {
      errors: perStep(compared.channels, measures),
      divergence: perStep(vectors, measuresFor(divergenceDefinition)),
      frames: null as PicturedFields | null,
    };
  };
  const ofTruth = newTallies(measuresFor(driftDefinitions));
  const tallies = contestants.map((contestant) => ({
    contestant,
    ...newTallies(measuresFor(rolloutDefinitions)),
  }));
  const all = [ofTruth, ...tallies];
  for await (const [index, { states, frames }] of shareOut(parts.flat(), options)) {
    const tally = all[index % all.length] as typeof ofTruth;
    for (const { step, trajectory, errors, divergence } of states) {
      addToTally(tally.errors[step - 1] as Tally, trajectory, errors);
      addToTally(tally.divergence[step - 1] as Tally, trajectory, divergence);
    }
    tally.frames ??= frames;
  }
  if (options.communicator.rank > 0) return null;

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
      frames: (runs[0] as (typeof tallies)[number]).frames as PicturedFields,
    };
  };
  return {
    byName: new Map(
      [...byName(tallies, ({ contestant }) => contestant)].map(([name, runs]) => [
        name,
        resultOf(runs),
      ]),
    ),
    truth: ofTruth.frames as PicturedFields,
    truthScores: ofTruth.errors.map((tally) => scoresOf([tally], driftDefinitions, drawn)),
    truthDivergence: divergenceOf([ofTruth]),
  };
}
