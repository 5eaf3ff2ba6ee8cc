import {
  channelOf,
  energyDistance,
  ensembleDeviationError,
  ensembleMeanError,
  referenceCrps,
  spectrumError,
} from "@eddyflow/metrics";
import type { Layout } from "./layout.ts";
import type { ScoreDefinition } from "./score-definitions.ts";
import type { EnsembleScoreName } from "./scores.ts";
import { spectraOf, spectrumAxis } from "./spectrum-sum.ts";
import { type Measures, merged } from "./state-measures.ts";

/** The last shell of the spectra that the grid holds in every direction; 0 without a periodic axis. */
const lastShell = (layout: Layout): number => Math.floor(spectrumAxis(layout)?.complete ?? 0);

const shellNames = (of: "forecast" | "reference", last: number): readonly string[] =>
  Array.from({ length: last + 1 }, (_, shell) => `${of} shell ${shell}`);

/** What is made of the measures of ensembles: spectra are averaged over conditions before they are compared. */
export function ensembleDefinitions(layout: Layout): Readonly<Record<string, ScoreDefinition>> {
  const meanOf = (name: string, missing: string): ScoreDefinition => ({
    from: [name],
    value: ([mean]) => mean as number,
    missing,
  });
  const last = lastShell(layout);
  const neverMissing = "it was not measured";
  const definitions: Readonly<Partial<Record<EnsembleScoreName, ScoreDefinition>>> = {
    meanError: meanOf("meanError", "the mean of the reference is 0 everywhere"),
    deviationError: meanOf("deviationError", "the reference has no spread"),
    energyDistance: meanOf("energyDistance", neverMissing),
    crps: meanOf("crps", neverMissing),
    ...(last > 0 && {
      spectrumError: {
        from: [...shellNames("forecast", last), ...shellNames("reference", last)],
        value: (means) => spectrumError(means.slice(0, last + 1), means.slice(last + 1), last),
        missing: "the reference has no waves",
      },
    }),
  };
  return definitions;
}

/**
 * Measures an ensemble against a reference ensemble from the same state, channel by channel.
 *
 * @param members - `[...space, channel]` each, in standard deviations of the training data, like `reference`.
 */
export function ensembleMeasures(
  members: readonly Float32Array[],
  reference: readonly Float32Array[],
  layout: Layout,
): readonly Measures[] {
  const { channels } = layout;
  const scores = Array.from({ length: channels }, (_, channel): Measures => {
    const of = (states: readonly Float32Array[]) =>
      states.map((state) => channelOf(state, channel, channels));
    const [own, other] = [of(members), of(reference)];
    return {
      meanError: ensembleMeanError(own, other),
      deviationError: ensembleDeviationError(own, other),
      energyDistance: energyDistance(own, other),
      crps: referenceCrps(own, other),
    };
  });
  return merged(
    scores,
    shellMeasures("forecast", members, layout),
    shellMeasures("reference", reference, layout),
  );
}

/** The energy of each shell in the mean over states. */
function shellMeasures(
  of: "forecast" | "reference",
  states: readonly Float32Array[],
  layout: Layout,
): readonly Measures[] {
  const names = shellNames(of, lastShell(layout));
  const spectra = states.map((state) => spectraOf(state, layout));
  return Array.from({ length: layout.channels }, (_, channel) =>
    Object.fromEntries(
      names.map((name, shell) => [
        name,
        spectra.reduce((sum, all) => sum + (all?.[channel]?.shells[shell] ?? 0), 0) / states.length,
      ]),
    ),
  );
}
