import { upgradeRecipe as upgradeData } from "@eddyflow/systems";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value of a key changed, where it is there and is a record. */
const within = (json: Json, key: string, change: (inner: Json) => unknown): Json => {
  const inner = json[key];
  return isRecord(inner) ? { ...json, [key]: change(inner) } : json;
};

/** The sampler of a velocity named its tableau `method`; that of a flow map had "flow" there. */
const upgradeSampler = ({ method, ...kept }: Json): Json =>
  method === undefined || method === "flow" ? kept : { tableau: method, ...kept };

/** The smallest increment of "square-root" was √minimum. */
const upgradeIncrements = (increments: Json): Json =>
  increments["kind"] === "square-root" && typeof increments["minimum"] === "number"
    ? { ...increments, minimum: Math.sqrt(increments["minimum"]) }
    : increments;

const upgradeRecipe = (recipe: unknown): unknown =>
  isRecord(recipe)
    ? within(within(recipe, "sampler", upgradeSampler), "increments", upgradeIncrements)
    : recipe;

const upgradeModels = (models: Json): Json =>
  Object.fromEntries(Object.entries(models).map(([name, recipe]) => [name, upgradeRecipe(recipe)]));

const hasOldSampler = ({ models }: Json): boolean =>
  isRecord(models) &&
  Object.values(models).some(
    (recipe) => isRecord(recipe) && isRecord(recipe["sampler"]) && "method" in recipe["sampler"],
  );

/**
 * An experiment of version 1 in the words of version 2: samplers name their tableau, `minimum` is the smallest
 * increment, and the data speak of extent and pointStride. Whether it fits is for the schema to say.
 */
export function upgradeExperiment(experiment: Json): Json {
  const upgraded = within(within(experiment, "data", upgradeData), "models", upgradeModels);
  return within(upgraded, "small", upgradeExperiment);
}

/** The experiment of a person's module, which says no version: one whose samplers name a `method` is of version 1. */
export const inPresentWords = (experiment: Json): Json =>
  hasOldSampler(experiment) ? upgradeExperiment(experiment) : experiment;
