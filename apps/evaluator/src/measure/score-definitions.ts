import { roundingEnergy, spreadCorrection } from "@eddyflow/metrics";
import { type ScoreName, scoreNames } from "./scores.ts";

/** How a score is made of the means of what was measured. */
export interface ScoreDefinition {
  /** The measures that it needs. */
  readonly from: readonly string[];
  /** Its value, given the means of these over states, in their order; null where it has no meaning. */
  readonly value: (means: readonly number[], members: number) => number | null;
  /** Why a state, or all, may have none. */
  readonly missing: string;
  /** Why the value may be null although all measures are there; unless given, for the same reason. */
  readonly undefinedAs?: string;
}

const neverMissing = "it was not measured";
const constant = "the truth is constant";
const zero = "the truth is 0 everywhere";
const certain = "a single forecast has no spread";

/** A score that is the mean of a measure over states. */
const meanOf = (measure: string, missing: string): ScoreDefinition => ({
  from: [measure],
  value: ([mean]) => mean as number,
  missing,
});

/** A score that is the root of the mean of a measure: squares are averaged before the root is taken. */
const rootOf = (measure: string, missing: string): ScoreDefinition => ({
  from: [measure],
  value: ([mean]) => Math.sqrt(mean as number),
  missing,
});

/** Energy of the forecasts in a band over that of the truth, where that has more than rounding leaves. */
const energyIn = (band: string): ScoreDefinition => ({
  from: [`forecast ${band}`, `true ${band}`, "true mean square"],
  value: ([forecast, truth, meanSquare]) =>
    (truth as number) <= roundingEnergy * (meanSquare as number)
      ? null
      : (forecast as number) / (truth as number),
  missing: "the truth has no energy there",
});

/** All scores by name. */
export const scoreDefinitions: Readonly<Record<ScoreName, ScoreDefinition>> = {
  mse: meanOf("mse", neverMissing),
  rmse: rootOf("mse", neverMissing),
  nrmse: meanOf("nrmse", zero),
  vrmse: meanOf("vrmse", constant),
  vrmseWell: meanOf("vrmseWell", constant),
  h1: meanOf("h1", zero),
  correlation: meanOf("correlation", "the truth or the forecast is constant"),
  energyLow: energyIn("low"),
  energyMid: energyIn("mid"),
  energyHigh: energyIn("high"),
  meanDrift: meanOf("meanDrift", neverMissing),
  energyDrift: meanOf("energyDrift", "the initial state is 0 everywhere"),
  crps: meanOf("crps", neverMissing),
  almostFairCrps: meanOf("almostFairCrps", neverMissing),
  energyScore: meanOf("energyScore", neverMissing),
  spread: rootOf("squaredSpread", certain),
  skill: rootOf("squaredSkill", neverMissing),
  spreadSkill: {
    from: ["squaredSpread", "squaredSkill"],
    value: ([spread, skill], members) =>
      skill === 0
        ? null
        : spreadCorrection(members) * Math.sqrt((spread as number) / (skill as number)),
    missing: certain,
    undefinedAs: "the mean of the ensemble has no error",
  },
  coverage: meanOf("coverage", certain),
};

const drifts: readonly ScoreName[] = ["meanDrift", "energyDrift"];
const energies: readonly ScoreName[] = ["energyLow", "energyMid", "energyHigh"];

const definitionsOf = (names: readonly ScoreName[]) =>
  Object.fromEntries(names.map((name) => [name, scoreDefinitions[name]]));

/** The scores after one step. */
export const oneStepDefinitions: Readonly<Record<string, ScoreDefinition>> = definitionsOf(
  scoreNames.filter((name) => !drifts.includes(name)),
);

/** The scores of each step of a rollout. */
export const rolloutDefinitions: Readonly<Record<string, ScoreDefinition>> = definitionsOf(
  scoreNames.filter((name) => !energies.includes(name)),
);

/** The scores of the truth's own rollout. */
export const driftDefinitions: Readonly<Record<string, ScoreDefinition>> = definitionsOf(drifts);

/** The divergence of each vector field, which stands in a tally in the place of a channel. */
export const divergenceDefinition: Readonly<Record<"divergence", ScoreDefinition>> = {
  divergence: meanOf("divergence", "the field is the same everywhere"),
};

/** The distillation error, in the mean over channels. */
export const distillationDefinition: Readonly<Record<"distillation", ScoreDefinition>> = {
  distillation: meanOf("distillation", neverMissing),
};

/** The measures that scores are made of. */
export const measuresFor = (
  definitions: Readonly<Record<string, ScoreDefinition>>,
): readonly string[] => [...new Set(Object.values(definitions).flatMap(({ from }) => from))];
