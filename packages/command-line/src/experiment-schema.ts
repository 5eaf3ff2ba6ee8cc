import type { Experiment, ExperimentConfig } from "@eddyflow/experiments";
import { dataRecipe } from "@eddyflow/systems";
import { z } from "zod";

const positive = z.number().positive();
const count = z.int().positive();

const tableau = z.enum(["euler", "midpoint", "heun", "rk4", "three-eighths"]);

const norm = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("l2") }),
  z.strictObject({
    kind: z.literal("sobolev"),
    alpha: z.number().nonnegative(),
    beta: z.number().nonnegative(),
    timePower: z.number().nonnegative().exactOptional(),
  }),
]);

const minimum = z.number().positive().max(1);

const increments = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("dyadic"), levels: count.max(30) }),
  z.strictObject({ kind: z.literal("square-root"), minimum }),
  z.strictObject({ kind: z.literal("uniform"), minimum }),
]);

const learningRate = z
  .strictObject({ max: positive, min: z.number().nonnegative() })
  .refine(({ max, min }) => min <= max, "min is larger than max");

const training = {
  iterations: count,
  batchSize: count,
  learningRate,
  norm,
  clipNorm: positive,
  averageDecay: z.number().min(0).lt(1),
  validateEvery: count,
  validationPairs: count,
  checkpointEvery: count,
};

const network = z
  .strictObject({
    features: z.array(count).min(1),
    padding: z
      .array(z.enum(["periodic", "zero", "reflect"]))
      .min(2)
      .max(3),
    position: z.array(z.int().nonnegative()).exactOptional(),
  })
  .refine(({ padding, position = [] }) => position.every((axis) => axis < padding.length), {
    path: ["position"],
    message: "names an axis that padding does not have",
  });

const models = z.strictObject({
  velocity: z.strictObject({
    ...training,
    sampler: z.strictObject({ method: tableau, steps: count }),
  }),
  flow: z.strictObject({
    ...training,
    sampler: z.strictObject({ method: z.literal("flow"), steps: count }),
    increments,
  }),
  velocity_pd: z.strictObject({ ...training, steps: count, substeps: count, tableau }),
});

const config = {
  // Names a folder.
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/u, 'may hold only a-z, 0-9, "-" and "_"'),
  seed: z.int().nonnegative(),
  data: dataRecipe,
  network,
  models,
};

/** What an experiment must be at one size. */
export const experimentConfigSchema = z.strictObject(config) satisfies z.ZodType<ExperimentConfig>;

/** What a module must export; its small size is checked by putting it over the full one. */
export const experimentSchema = z.strictObject({
  ...config,
  small: z.record(z.string(), z.unknown()).optional(),
}) satisfies z.ZodType<Omit<Experiment, "small">>;
