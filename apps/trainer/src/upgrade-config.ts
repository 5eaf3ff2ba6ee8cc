import { upgradeExperiment } from "command-line/upgrade";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const upgradeStage = (stage: unknown): unknown => {
  if (!isRecord(stage)) return stage;
  const { teacherMethod, grid, ...kept } = stage;
  return { ...kept, teacherTableau: teacherMethod, times: grid };
};

/** The experiment with the recipe of one method only. */
function keepRecipe(experiment: Json, method: string): Json {
  const { models } = experiment;
  return { ...experiment, models: isRecord(models) ? { [method]: models[method] } : models };
}

/**
 * The configuration of a run of version 1 as one of version 2: `model` became `method`, stages name their teacher's
 * tableau, its experiment is brought up to date, and a run keeps the recipe of its own method only. One of version 2
 * is returned as it is.
 */
export function upgradeConfig(json: unknown): unknown {
  if (!isRecord(json) || json["version"] === 2) return json;
  const { model, precision = "float32", stages, experiment, ...kept } = json;
  const method = Array.isArray(stages) ? "velocity_pd" : String(model);
  return {
    ...kept,
    version: 2,
    ...(model !== undefined && { method: model }),
    ...(Array.isArray(stages) && { stages: stages.map(upgradeStage) }),
    precision,
    experiment: isRecord(experiment)
      ? keepRecipe(upgradeExperiment(experiment), method)
      : experiment,
  };
}
