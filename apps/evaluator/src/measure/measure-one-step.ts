import { pairsOf, type TrajectoryStore } from "@eddyflow/datasets";
import { distillationError } from "@eddyflow/metrics";
import { keyFor } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import { forecastInBatches } from "./forecast-in-batches.ts";
import { comparedLayout, inUnits, type Layout, sizeOf, stateOf } from "./layout.ts";
import { mean } from "./mean.ts";
import { byName } from "./runs.ts";
import {
  distillationDefinition,
  divergenceDefinition,
  measuresFor,
  oneStepDefinitions,
} from "./score-definitions.ts";
import type { Score } from "./scores.ts";
import { addedShells, addShells, emptyShells, meanShells, spectraOf } from "./spectrum-sum.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";
import { merged, stateEnergies, stateErrors, stateRanks } from "./state-measures.ts";
import { addToTally, emptyTally } from "./tally.ts";
import { type DrawnScore, drawnScoresOf, scoresOf } from "./tally-scores.ts";
import { divergenceMeasures, wholeVectors } from "./vector-divergence.ts";

/** The scores of one contestant, in the mean over its runs. */
interface OneStepResult {
  readonly scores: Readonly<Record<string, DrawnScore>>;
  /** Of each whole vector. */
  readonly divergence: readonly Score[];
  /** `[channel, M + 1]`; null for a single forecast. */
  readonly rankHistogram: readonly (readonly number[])[] | null;
  readonly shells: readonly number[] | null;
  /** Null for what has no end points to compare. */
  readonly distillation: DrawnScore | null;
  /** The distillation error of each run by itself. */
  readonly distillationOfRuns: readonly (number | null)[] | null;
}

/** The one-step comparison. */
export interface OneStepComparison {
  readonly byName: ReadonlyMap<string, OneStepResult>;
  readonly truthShells: readonly number[] | null;
  readonly truthDivergence: readonly Score[];
  readonly teacherSpread: number | null;
}

export interface MeasureOptions {
  readonly layout: Layout;
  readonly members: number;
  /** A contestant steps at most this many states at once. */
  readonly batch: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Called after each step of a contestant, with the number of states in it. */
  readonly onStep: (contestant: Contestant, rows: number) => void;
}

/** How many states are compared at once: as many ensembles as fill a batch, and at least one. */
export const conditionsAtOnce = (batch: number, members: number): number =>
  Math.max(1, Math.floor(batch / members));

/**
 * Steps each contestant once from the first state of each pair and compares the result with the second. Every
 * model gets the same noise, so that its end points can be compared with those of `reference`. The distillation
 * error is zero for the reference itself, and null for what is no model. Contestants of one name are runs of one, whose
 * mean is scored.
 *
 * @param pairs - indices of pairs, counted trajectory by trajectory; the first state of a pair has as many states
 *   before it as any of the contestants has to know.
 */
export async function measureOneStep(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  pairs: ArrayLike<number>,
  {
    layout,
    members,
    batch,
    seed,
    signal,
    onStep,
    reference,
  }: MeasureOptions & { readonly reference: string | null },
): Promise<OneStepComparison> {
  const compared = comparedLayout(layout);
  const { channels } = compared;
  const size = sizeOf(layout);
  const history = longestHistory(contestants);
  const { at } = pairsOf(test.description, { history });
  // The reference goes first, because the others are compared with its end points.
  const ordered = contestants.toSorted(
    (a, b) => Number(b.name === reference) - Number(a.name === reference),
  );
  const newTallies = () => ({
    divergence: emptyTally(wholeVectors(compared).length, measuresFor(divergenceDefinition)),
    shells: emptyShells,
  });
  const tallies = ordered.map((contestant) => ({
    ...newTallies(),
    contestant,
    errors: emptyTally(channels, measuresFor(oneStepDefinitions)),
    ranks: Array.from({ length: channels }, () => new Float64Array(members + 1)),
    distances: emptyTally(1, measuresFor(distillationDefinition)),
  }));
  const ofTruth = newTallies();
  const spread: number[] = [];

  const atOnce = conditionsAtOnce(batch, members);
  for (let first = 0; first < pairs.length; first += atOnce) {
    const count = Math.min(atOnce, pairs.length - first);
    const present = Array.from({ length: count }, (_, index): Start => {
      const { trajectory, frames } = at(pairs[first + index] as number);
      return { trajectory, frame: frames[history - 1] as number };
    });
    const starts = await readStarts(test, present, history);
    const next = new Float32Array(count * size);
    for (const [index, { trajectory, frame }] of present.entries()) {
      next.set(await test.readFrames(trajectory, frame + 1, 1), index * size);
    }
    const truth = inUnits(next, layout);
    const truths = present.map(({ trajectory }, index) => {
      const state = stateOf(truth, index, compared);
      const spectra = spectraOf(state, compared);
      if (spectra !== null) ofTruth.shells = addShells(ofTruth.shells, spectra);
      addToTally(ofTruth.divergence, trajectory, divergenceMeasures([state], compared));
      return { trajectory, state, spectra };
    });

    const endPoints: (readonly Float32Array[])[] = [];
    for (const tally of tallies) {
      signal.throwIfAborted();
      const { contestant } = tally;
      const own = contestant.ensemble ? members : 1;
      const forecast = forecastInBatches(contestant, starts, {
        count,
        members: own,
        batch,
        layout,
      });
      let states: Float32Array;
      try {
        states = inUnits(await forecast.step(keyFor(seed, "one step", first)), layout);
      } finally {
        forecast.dispose();
      }
      const rows = Array.from({ length: count * own }, (_, row) => stateOf(states, row, compared));
      for (let index = 0; index < count; index++) {
        const ensemble = rows.slice(index * own, (index + 1) * own);
        const { trajectory, state, spectra } = truths[index] as (typeof truths)[number];
        const memberSpectra = ensemble.flatMap((member) => [spectraOf(member, compared) ?? []]);
        for (const each of spectra === null ? [] : memberSpectra) {
          tally.shells = addShells(tally.shells, each);
        }
        const errors = stateErrors(ensemble, state, compared);
        const measures =
          spectra === null ? errors : merged(errors, stateEnergies(memberSpectra, spectra));
        addToTally(tally.errors, trajectory, measures);
        if (own > 1) {
          for (const [channel, ranks] of stateRanks(ensemble, state, compared).entries()) {
            const sum = tally.ranks[channel] as Float64Array;
            for (const [rank, part] of ranks.entries()) {
              sum[rank] = (sum[rank] as number) + part / pairs.length;
            }
          }
        }
        addToTally(tally.divergence, trajectory, divergenceMeasures(ensemble, compared));
        if (contestant.name !== reference) continue;
        for (let member = 1; member < own; member += 2) {
          const [one, other] = ensemble.slice(member - 1, member + 1);
          if (one !== undefined && other !== undefined)
            spread.push(distillationError([one], [other], { channels }));
        }
      }
      const { run = 0, referenceRun = 0 } = contestant;
      if (contestant.name === reference) endPoints[run] = rows;
      const ends = endPoints[contestant.name === reference ? run : referenceRun];
      if (ends !== undefined && contestant.kind === "model") {
        for (const [index, { trajectory }] of truths.entries()) {
          const [from, to] = [index * own, (index + 1) * own];
          const distillation = distillationError(rows.slice(from, to), ends.slice(from, to), {
            channels,
          });
          addToTally(tally.distances, trajectory, [{ distillation }]);
        }
      }
      onStep(contestant, count * own);
    }
  }
  const drawn = { members, seed };
  const divergenceOf = (runs: readonly Pick<(typeof tallies)[number], "divergence">[]) =>
    scoresOf(
      runs.map(({ divergence }) => divergence),
      divergenceDefinition,
      drawn,
    ).divergence.channels;
  const resultOf = (runs: readonly (typeof tallies)[number][]): OneStepResult => {
    const distances = runs.map((tally) => tally.distances);
    const isDistilled = distances.every(({ byTrajectory }) => byTrajectory.size > 0);
    return {
      scores: drawnScoresOf(
        runs.map(({ errors }) => errors),
        oneStepDefinitions,
        drawn,
      ),
      divergence: divergenceOf(runs),
      rankHistogram:
        members > 1 && runs.every(({ contestant }) => contestant.ensemble)
          ? meanRanks(runs.map(({ ranks }) => ranks))
          : null,
      shells: meanShells(runs.map(({ shells }) => shells).reduce(addedShells)),
      distillation: isDistilled
        ? drawnScoresOf(distances, distillationDefinition, drawn).distillation
        : null,
      distillationOfRuns: isDistilled
        ? distances.map(
            (own) => scoresOf([own], distillationDefinition, drawn).distillation.mean.value,
          )
        : null,
    };
  };
  return {
    byName: new Map(
      [...byName(tallies, ({ contestant }) => contestant)].map(([name, runs]) => [
        name,
        resultOf(runs),
      ]),
    ),
    truthShells: meanShells(ofTruth.shells),
    truthDivergence: divergenceOf([ofTruth]),
    teacherSpread: spread.length === 0 ? null : mean(spread),
  };
}

/** Rank histograms `[channel][rank]` in the mean over runs. */
const meanRanks = (runs: readonly (readonly Float64Array[])[]): readonly (readonly number[])[] =>
  (runs[0] ?? []).map((first, channel) =>
    Array.from(first, (_, rank) => mean(runs.map((ranks) => ranks[channel]?.[rank] ?? 0))),
  );
