import { ArgumentError, DataError } from "@eddyflow/core";
import { type TrajectoryStore, timestampChannel } from "@eddyflow/datasets";
import type {
  CompressibleNavierStokesRecipe,
  DataRecipe,
  KuramotoSivashinskyRecipe,
} from "@eddyflow/experiments";
import { applyOverrides } from "command-line";

type Needed<Recipe> = Omit<
  Recipe,
  "trajectories" | "frames" | "warmUp" | "initial" | "mach" | "frameStride"
>;
export type KuramotoSivashinskySolverRecipe = Needed<KuramotoSivashinskyRecipe>;
export type CompressibleNavierStokesSolverRecipe = Needed<CompressibleNavierStokesRecipe>;

/** What the solver needs to know of the way the data were made. */
export type SolverRecipe = KuramotoSivashinskySolverRecipe | CompressibleNavierStokesSolverRecipe;

/** The keys that a recipe must have, and the kinds of their values. */
const kinds: Readonly<Record<SolverRecipe["system"], Readonly<Record<string, string>>>> = {
  "kuramoto-sivashinsky-2d": {
    operator: "string",
    domainExtent: "number",
    numPoints: "number",
    dt: "number",
  },
  "compressible-navier-stokes-2d": {
    numPoints: "number",
    averagedTo: "number",
    eta: "number",
    zeta: "number",
  },
};

function isRecipe(value: unknown): value is SolverRecipe {
  if (typeof value !== "object" || value === null) return false;
  const system = String(Reflect.get(value, "system"));
  if (!Object.hasOwn(kinds, system)) return false;
  const wanted = {
    ...kinds[system as SolverRecipe["system"]],
    frameInterval: "number",
    observation: "object",
  };
  return Object.entries(wanted).every(([key, kind]) => typeof Reflect.get(value, key) === kind);
}

/** Points and length of the box along each axis that a recipe without observation records. */
const recorded = (recipe: SolverRecipe) =>
  recipe.system === "kuramoto-sivashinsky-2d"
    ? { points: recipe.numPoints, extent: recipe.domainExtent }
    : { points: recipe.averagedTo, extent: 1 };

/**
 * The stride of an observation that keeps every field: 1 where it shows everything.
 *
 * @throws ArgumentError for an observation from which no state of the solver can be made.
 */
export function strideOf(observation: DataRecipe["observation"] & object): number {
  const [step, ...others] = "pointStride" in observation ? [observation] : observation;
  if (step === undefined) return 1;
  const stride = "pointStride" in step ? step.pointStride : null;
  if (typeof stride === "number" && others.length === 0) return stride;
  throw new ArgumentError({
    problem: "the solver cannot start from what is seen of its state",
    expected: "every field at all points, or at every n-th along each axis",
    remedy: "leave solver out of --models",
  });
}

/**
 * The recipe that a store was made by, with `data.key=value` texts applied to it, e.g. a larger dt; its
 * frameInterval is that of the store, of whose frames every `frameStride`-th was taken.
 *
 * @throws DataError where the store was not made by a solver that is known here.
 * @throws ArgumentError where the texts leave a recipe of other states than the stored ones, or what is seen is
 *   not enough for the solver.
 */
export function solverRecipe(
  store: TrajectoryStore,
  overrides: readonly string[],
  frameStride = 1,
): SolverRecipe {
  const { recipe: stored, grid, frameInterval, channels } = store.description;
  if (Reflect.get(Object(stored), "system") === "rayleigh-taylor-3d") {
    throw new ArgumentError({
      problem:
        "the solver cannot go on from a Rayleigh–Taylor state as it is seen: neither its Atwood number nor its fine motion is",
      expected: "persistence and climatology beside the networks",
      remedy: "leave solver out of --models",
    });
  }
  if (!isRecipe(stored)) {
    throw new DataError({
      problem: "the solver that made these data is not known",
      expected: "data that the simulator made",
      remedy: "leave solver out of --models",
    });
  }
  const own = overrides.filter(
    (text) =>
      text.startsWith("data.") &&
      !/^data\.(trajectories|frames|warmUp|frameStride|timestamp|mach|initial)\b/u.test(text),
  );
  const { data } = applyOverrides({ data: stored }, own);
  const { points, extent } = recorded(data);
  const stride = strideOf(data.observation);
  const fits =
    Math.abs((data.frameInterval * frameStride) / frameInterval - 1) < 1e-9 &&
    grid.extent.every((length) => length === extent) &&
    grid.shape.every((seen) => seen === points / stride);
  if (!fits) {
    throw new ArgumentError({
      problem: `${own.join(" ")} describes other states than the test data hold`,
      expected: `${grid.shape.join(" × ")} points on a box of ${grid.extent[0]}, ${frameInterval} apart`,
      remedy: "leave it out, or give --data the folder that belongs to it",
    });
  }
  return { ...data, frameInterval, timestamp: channels.includes(timestampChannel) };
}
