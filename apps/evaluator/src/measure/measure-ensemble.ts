import type { TrajectoryStore } from "@eddyflow/datasets";
import { keyFor } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import { ensembleDefinitions, ensembleMeasures } from "./ensemble-scores.ts";
import { forecastInBatches } from "./forecast-in-batches.ts";
import { comparedLayout, inUnits, stateOf } from "./layout.ts";
import type { MeasureOptions } from "./measure-one-step.ts";
import { collectFields, joinedFields, type PicturedFields } from "./pictured-fields.ts";
import { floorParts, type ReferenceEnsemble } from "./reference-ensemble.ts";
import { byName } from "./runs.ts";
import { measuresFor } from "./score-definitions.ts";
import { shareOut } from "./share-out.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";
import type { Measures } from "./state-measures.ts";
import { addToTally, emptyTally } from "./tally.ts";
import { type DrawnScore, drawnScoresOf } from "./tally-scores.ts";

/** Conditions of which mean and deviation are drawn. */
const mostPictured = 3;

/** What an ensemble scores against the reference, and its fields of the first conditions. */
interface EnsembleResult {
  readonly scores: Readonly<Record<string, DrawnScore>>;
  readonly fields: PicturedFields;
}

/** The comparison with a reference ensemble. */
export interface EnsembleComparison {
  readonly byName: ReadonlyMap<string, EnsembleResult>;
  /** What a part of the reference scores against the rest; null where it is too small to be parted. */
  readonly floor: {
    readonly members: number;
    readonly against: number;
    readonly scores: Readonly<Record<string, DrawnScore>>;
  } | null;
  /** The reference's own fields. */
  readonly fields: PicturedFields;
  /** The conditions that are pictured, by their number. */
  readonly pictured: readonly number[];
}

/** What was measured of a condition, and its fields; empty where it is not drawn. */
interface MeasuredCondition {
  readonly measures: readonly Measures[];
  readonly fields: PicturedFields;
}

/**
 * Draws an ensemble of next states from each contestant for each condition of a reference ensemble, and compares the two.
 * All models get the same noise. Members are drawn from what is observed of the condition. Ranks share out the conditions.
 *
 * @returns null in other ranks than 0.
 */
export async function measureEnsemble(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  ensemble: ReferenceEnsemble,
  options: MeasureOptions,
): Promise<EnsembleComparison | null> {
  const { layout, members, batch, seed, signal, onStep, price } = options;
  const compared = comparedLayout(layout);
  const definitions = ensembleDefinitions(compared);
  const history = longestHistory(contestants);
  const pictured = [...ensemble.conditions.keys()].slice(0, mostPictured);
  const fieldsOf = (condition: number, states: readonly Float32Array[]): PicturedFields => {
    const fields = collectFields(layout, { stills: pictured, animation: [] });
    fields.add(condition, states);
    return fields.fields();
  };
  const rowsOf = ({ ensemble }: Contestant) => (ensemble ? members : 1);
  const floorOf = floorParts(ensemble.members, members);

  /** Of the reference, whose measures are those of its floor, then of each contestant. */
  const measureCondition = async (
    condition: number,
    start: Start,
  ): Promise<readonly MeasuredCondition[]> => {
    const states = await ensemble.readMembers(condition);
    const reference = states.map((state) => inUnits(state, layout));
    const floor =
      floorOf === null
        ? []
        : ensembleMeasures(
            reference.slice(0, floorOf.members),
            reference.slice(floorOf.members),
            compared,
          );
    const measured = [{ measures: floor, fields: fieldsOf(condition, states) }];
    const starts = await readStarts(test, [start], history);
    for (const contestant of contestants) {
      signal.throwIfAborted();
      const own = rowsOf(contestant);
      const forecast = forecastInBatches(contestant, starts, {
        ...{ count: 1, members: own, batch, layout },
      });
      try {
        const next = await forecast.step(keyFor(seed, "reference ensemble", condition));
        const drawn = Array.from({ length: own }, (_, member) => stateOf(next, member, layout));
        const inUnit = drawn.map((state) => inUnits(state, layout));
        measured.push({
          measures: ensembleMeasures(inUnit, reference, compared),
          fields: fieldsOf(condition, drawn),
        });
      } finally {
        forecast.dispose();
      }
      onStep(contestant, own);
    }
    return measured;
  };

  const each = contestants.reduce((sum, own) => sum + price(own) * rowsOf(own), price(null));
  const parts = [...ensemble.conditions].map((start, condition) => ({
    price: each,
    measure: () => measureCondition(condition, start),
  }));

  const newTally = () => ({
    tally: emptyTally(compared.channels, measuresFor(definitions)),
    fields: null as PicturedFields | null,
  });
  const ofReference = newTally();
  const tallies = contestants.map((contestant) => ({ contestant, ...newTally() }));
  const all = [ofReference, ...tallies];
  for await (const [condition, part] of shareOut(parts, options)) {
    const { trajectory } = ensemble.conditions[condition] as Start;
    for (const [place, { measures, fields }] of part.entries()) {
      const own = all[place] as typeof ofReference;
      addToTally(own.tally, trajectory, measures);
      own.fields = own.fields === null ? fields : joinedFields(own.fields, fields);
    }
  }
  if (options.communicator.rank > 0) return null;

  const drawn = { members, seed };
  return {
    byName: new Map(
      [...byName(tallies, ({ contestant }) => contestant)].map(([name, runs]) => [
        name,
        {
          scores: drawnScoresOf(
            runs.map(({ tally }) => tally),
            definitions,
            drawn,
          ),
          fields: (runs[0] as (typeof tallies)[number]).fields as PicturedFields,
        },
      ]),
    ),
    floor: floorOf && {
      ...floorOf,
      scores: drawnScoresOf([ofReference.tally], definitions, drawn),
    },
    fields: ofReference.fields as PicturedFields,
    pictured,
  };
}
