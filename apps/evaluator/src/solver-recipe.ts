import { ArgumentError, DataError } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import type { DataRecipe } from "@eddyflow/experiments";
import { applyOverrides } from "command-line";

/** What the solver needs to know of the way the data were made. */
export type SolverRecipe = Omit<DataRecipe, "trajectories" | "frames" | "warmUp">;

const kinds: Readonly<Record<keyof SolverRecipe, string>> = {
  system: "string",
  operator: "string",
  domainExtent: "number",
  numPoints: "number",
  dt: "number",
  frameInterval: "number",
  observation: "object",
};

/**
 * The recipe that a store was made by, with `data.key=value` texts applied to it, e.g. a larger dt.
 *
 * @throws DataError where the store was not made by a solver that is known here.
 * @throws ArgumentError where the texts leave a recipe of other states than the stored ones.
 */
export function solverRecipe(store: TrajectoryStore, overrides: readonly string[]): SolverRecipe {
  const { recipe: stored, grid, frameInterval } = store.description;
  const isRecipe = (value: unknown): value is SolverRecipe =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(kinds).every(([key, kind]) => typeof Reflect.get(value, key) === kind) &&
    Reflect.get(value, "system") === "kuramoto-sivashinsky-2d";
  if (!isRecipe(stored)) {
    throw new DataError({
      problem: "the solver that made these data is not known",
      expected: "data that the simulator made",
      remedy: "leave solver out of --models",
    });
  }
  const own = overrides.filter(
    (text) => text.startsWith("data.") && !/^data\.(trajectories|frames|warmUp)\b/u.test(text),
  );
  const { data } = applyOverrides({ data: stored }, own);
  const fits =
    data.frameInterval === frameInterval &&
    grid.extent.every((extent) => extent === data.domainExtent) &&
    grid.shape.every((points) => points === data.numPoints / data.observation.stride);
  if (!fits) {
    throw new ArgumentError({
      problem: `${own.join(" ")} describes other states than the test data hold`,
      expected: `${grid.shape.join(" × ")} points on a box of ${grid.extent[0]}, ${frameInterval} apart`,
      remedy: "leave it out, or give --data the folder that belongs to it",
    });
  }
  return data;
}
