import { upgradeExperiment } from "./upgrade-experiment.ts";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const hasOldSampler = ({ models }: Json): boolean =>
  isRecord(models) &&
  Object.values(models).some(
    (recipe) => isRecord(recipe) && isRecord(recipe["sampler"]) && "method" in recipe["sampler"],
  );

/** The experiment of a person's module, which says no version: one whose samplers name a `method` is of version 1. */
export const inPresentWords = (experiment: Json): Json =>
  hasOldSampler(experiment) ? upgradeExperiment(experiment) : experiment;
