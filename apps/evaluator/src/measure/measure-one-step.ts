import { pairsOf, type TrajectoryStore } from "@eddyflow/datasets";
import { distillationError } from "@eddyflow/metrics";
import type { Communicator } from "@eddyflow/parallel";
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
import { shareOut } from "./share-out.ts";
import {
  addedShells,
  addShells,
  emptyShells,
  meanShells,
  type ShellSum,
  spectraOf,
} from "./spectrum-sum.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";
import { type Measures, merged, stateEnergies, stateErrors, stateRanks } from "./state-measures.ts";
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
  /** The ranks that share out the work. */
  readonly communicator: Communicator;
  /** What a state takes, beside those of others, of a contestant or (null) of the truth. */
  readonly price: (contestant: Contestant | null) => number;
  /** Called before the first step, with the part of the work that is this rank's. */
  readonly onShare: (share: number) => void;
  /** Called after each step of a contestant, with the number of states in it. */
  readonly onStep: (contestant: Contestant, rows: number) => void;
}

/** What was measured of a state. */
interface MeasuredState {
  readonly trajectory: number;
  /** Of each whole vector. */
  readonly divergence: readonly Measures[];
  readonly shells: ShellSum;
}

/** What was measured of the forecasts of a state. */
interface MeasuredForecasts extends MeasuredState {
  /** Of each channel. */
  readonly errors: readonly Measures[];
  /** Of each channel; null for a single forecast. */
  readonly ranks: readonly Float64Array[] | null;
  /** Null for what has no end points to compare. */
  readonly distillation: number | null;
  /** Between members of the reference. */
  readonly spread: readonly number[];
}

/** How many states are compared at once: as many ensembles as fill a batch, and at least one. */
export const conditionsAtOnce = (batch: number, members: number): number =>
  Math.max(1, Math.floor(batch / members));

/**
 * Steps each contestant once from the first state of each pair and compares the result with the second. Every
 * model gets the same noise, so that its end points can be compared with those of `reference`. The distillation
 * error is zero for the reference itself, and null for what is no model. Contestants of one name are runs of one, whose
 * mean is scored. Ranks share out the pairs, as many at a time as are compared at once.
 *
 * @param pairs - indices of pairs, counted trajectory by trajectory; the first state of a pair has as many states
 *   before it as any of the contestants has to know.
 * @returns null in other ranks than 0.
 */
export async function measureOneStep(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  pairs: ArrayLike<number>,
  options: MeasureOptions & { readonly reference: string | null },
): Promise<OneStepComparison | null> {
  const { layout, members, batch, seed, signal, onStep, price, reference } = options;
  const compared = comparedLayout(layout);
  const { channels } = compared;
  const size = sizeOf(layout);
  const history = longestHistory(contestants);
  const { at } = pairsOf(test.description, { history });
  // The reference goes first, because the others are compared with its end points.
  const ordered = contestants.toSorted(
    (a, b) => Number(b.name === reference) - Number(a.name === reference),
  );
  const rowsOf = ({ ensemble }: Contestant) => (ensemble ? members : 1);

  /** Of the truth, then of each contestant, state by state. */
  const measurePairs = async (first: number, count: number) => {
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
      return { trajectory, state, spectra: spectraOf(state, compared) };
    });
    const ofTruth = truths.map(
      ({ trajectory, state, spectra }): MeasuredState => ({
        trajectory,
        divergence: divergenceMeasures([state], compared),
        shells: spectra === null ? emptyShells : addShells(emptyShells, spectra),
      }),
    );

    const endPoints: (readonly Float32Array[])[] = [];
    const forecasts: (readonly MeasuredForecasts[])[] = [];
    for (const contestant of ordered) {
      signal.throwIfAborted();
      const own = rowsOf(contestant);
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
      const { run = 0, referenceRun = 0 } = contestant;
      const isReference = contestant.name === reference;
      if (isReference) endPoints[run] = rows;
      const ends = endPoints[isReference ? run : referenceRun];
      forecasts.push(
        truths.map(({ trajectory, state, spectra }, index): MeasuredForecasts => {
          const [from, to] = [index * own, (index + 1) * own];
          const ensemble = rows.slice(from, to);
          const memberSpectra = ensemble.flatMap((member) => [spectraOf(member, compared) ?? []]);
          const errors = stateErrors(ensemble, state, compared);
          return {
            trajectory,
            divergence: divergenceMeasures(ensemble, compared),
            shells: spectra === null ? emptyShells : memberSpectra.reduce(addShells, emptyShells),
            errors:
              spectra === null ? errors : merged(errors, stateEnergies(memberSpectra, spectra)),
            ranks: own > 1 ? stateRanks(ensemble, state, compared) : null,
            distillation:
              ends !== undefined && contestant.kind === "model"
                ? distillationError(ensemble, ends.slice(from, to), { channels })
                : null,
            spread: isReference ? spreadOf(ensemble, channels) : [],
          };
        }),
      );
      onStep(contestant, count * own);
    }
    return { ofTruth, forecasts };
  };

  const atOnce = conditionsAtOnce(batch, members);
  const perPair = ordered.reduce((sum, each) => sum + price(each) * rowsOf(each), price(null));
  const parts = Array.from({ length: Math.ceil(pairs.length / atOnce) }, (_, part) => {
    const first = part * atOnce;
    const count = Math.min(atOnce, pairs.length - first);
    return { price: count * perPair, measure: () => measurePairs(first, count) };
  });

  const newTallies = () => ({
    divergence: emptyTally(wholeVectors(compared).length, measuresFor(divergenceDefinition)),
    shells: emptyShells,
  });
  const add = (tally: ReturnType<typeof newTallies>, measured: MeasuredState) => {
    addToTally(tally.divergence, measured.trajectory, measured.divergence);
    tally.shells = addedShells(tally.shells, measured.shells);
  };
  const tallies = ordered.map((contestant) => ({
    ...newTallies(),
    contestant,
    errors: emptyTally(channels, measuresFor(oneStepDefinitions)),
    ranks: Array.from({ length: channels }, () => new Float64Array(members + 1)),
    distances: emptyTally(1, measuresFor(distillationDefinition)),
  }));
  const ofTruth = newTallies();
  const spread: number[] = [];
  for await (const [, part] of shareOut(parts, options)) {
    for (const measured of part.ofTruth) add(ofTruth, measured);
    for (const [place, tally] of tallies.entries()) {
      for (const measured of part.forecasts[place] as readonly MeasuredForecasts[]) {
        const { trajectory, distillation } = measured;
        add(tally, measured);
        addToTally(tally.errors, trajectory, measured.errors);
        if (distillation !== null) addToTally(tally.distances, trajectory, [{ distillation }]);
        for (const [channel, ranks] of (measured.ranks ?? []).entries()) {
          const sum = tally.ranks[channel] as Float64Array;
          for (const [rank, part] of ranks.entries()) {
            sum[rank] = (sum[rank] as number) + part / pairs.length;
          }
        }
        spread.push(...measured.spread);
      }
    }
  }
  if (options.communicator.rank > 0) return null;

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

/** How far members of an ensemble are apart, two by two. */
const spreadOf = (ensemble: readonly Float32Array[], channels: number): readonly number[] =>
  ensemble.flatMap((other, member) =>
    member % 2 === 1
      ? [distillationError([ensemble[member - 1] as Float32Array], [other], { channels })]
      : [],
  );

/** Rank histograms `[channel][rank]` in the mean over runs. */
const meanRanks = (runs: readonly (readonly Float64Array[])[]): readonly (readonly number[])[] =>
  (runs[0] ?? []).map((first, channel) =>
    Array.from(first, (_, rank) => mean(runs.map((ranks) => ranks[channel]?.[rank] ?? 0))),
  );
