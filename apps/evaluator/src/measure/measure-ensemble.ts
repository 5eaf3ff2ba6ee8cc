import type { TrajectoryStore } from "@eddyflow/datasets";
import { keyFor } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import { ensembleDefinitions, ensembleMeasures } from "./ensemble-scores.ts";
import { forecastInBatches } from "./forecast-in-batches.ts";
import { comparedLayout, inUnits, stateOf } from "./layout.ts";
import type { MeasureOptions } from "./measure-one-step.ts";
import { collectFields, type PicturedFields } from "./pictured-fields.ts";
import { floorParts, type ReferenceEnsemble } from "./reference-ensemble.ts";
import { byName } from "./runs.ts";
import { measuresFor } from "./score-definitions.ts";
import { longestHistory, readStarts } from "./starts.ts";
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

/**
 * Draws an ensemble of next states from each contestant for each condition of a reference ensemble, and compares the two.
 * All models get the same noise. Members are drawn from what is observed of the condition.
 */
export async function measureEnsemble(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  ensemble: ReferenceEnsemble,
  { layout, members, batch, seed, signal, onStep }: MeasureOptions,
): Promise<EnsembleComparison> {
  const compared = comparedLayout(layout);
  const definitions = ensembleDefinitions(compared);
  const history = longestHistory(contestants);
  const pictured = [...ensemble.conditions.keys()].slice(0, mostPictured);
  const newTally = () => emptyTally(compared.channels, measuresFor(definitions));
  const newFields = () => collectFields(layout, { stills: pictured, animation: [] });
  const tallies = contestants.map((contestant) => ({
    contestant,
    tally: newTally(),
    fields: newFields(),
  }));
  const parts = floorParts(ensemble.members, members);
  const floor = newTally();
  const ofReference = newFields();
  for (const [condition, start] of ensemble.conditions.entries()) {
    const { trajectory } = start;
    const states = await ensemble.readMembers(condition);
    ofReference.add(condition, states);
    const reference = states.map((state) => inUnits(state, layout));
    if (parts !== null) {
      const [playing, rest] = [reference.slice(0, parts.members), reference.slice(parts.members)];
      addToTally(floor, trajectory, ensembleMeasures(playing, rest, compared));
    }
    const starts = await readStarts(test, [start], history);
    for (const { contestant, tally, fields } of tallies) {
      signal.throwIfAborted();
      const own = contestant.ensemble ? members : 1;
      const forecast = forecastInBatches(contestant, starts, {
        ...{ count: 1, members: own, batch, layout },
      });
      try {
        const next = await forecast.step(keyFor(seed, "reference ensemble", condition));
        const drawn = Array.from({ length: own }, (_, member) => stateOf(next, member, layout));
        fields.add(condition, drawn);
        const inUnit = drawn.map((state) => inUnits(state, layout));
        addToTally(tally, trajectory, ensembleMeasures(inUnit, reference, compared));
      } finally {
        forecast.dispose();
      }
      onStep(contestant, own);
    }
  }
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
          fields: (runs[0] as (typeof tallies)[number]).fields.fields(),
        },
      ]),
    ),
    floor: parts === null ? null : { ...parts, scores: drawnScoresOf([floor], definitions, drawn) },
    fields: ofReference.fields(),
    pictured,
  };
}
