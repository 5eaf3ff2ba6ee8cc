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

const upgradeRecipe = (recipe: Json): Json =>
  within(within(recipe, "sampler", upgradeSampler), "increments", upgradeIncrements);

const upgradeStage = (stage: unknown): unknown => {
  if (!isRecord(stage)) return stage;
  const { teacherMethod, grid, ...kept } = stage;
  return { ...kept, teacherTableau: teacherMethod, times: grid };
};

/**
 * The configuration of a run of version 1 as one of version 2: `model` became `method`, samplers name their
 * tableau, stages their teacher's, and a run keeps the recipe of its own method only. One of version 2 is returned
 * as it is.
 */
export function upgradeConfig(json: unknown): unknown {
  if (!isRecord(json) || json["version"] === 2) return json;
  const { model, precision = "float32", stages, ...kept } = json;
  const method = Array.isArray(stages) ? "velocity_pd" : model;
  const upgraded = within(kept, "experiment", (experiment) =>
    within(within(experiment, "data", upgradeData), "models", (models) => {
      const recipe = models[String(method)];
      return { [String(method)]: isRecord(recipe) ? upgradeRecipe(recipe) : recipe };
    }),
  );
  return {
    ...upgraded,
    version: 2,
    ...(model !== undefined && { method: model }),
    ...(Array.isArray(stages) && { stages: stages.map(upgradeStage) }),
    precision,
  };
}
