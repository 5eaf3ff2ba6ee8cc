import { CheckpointError } from "@eddyflow/core";
import { defineMethod } from "./method.ts";

/**
 * A network that is fed noise and makes the next state at once, trained by the score of its ensemble. Lang et al.,
 * "AIFS-CRPS" (2024), arXiv 2412.15832. From a `deterministic` run it begins with that run's weights and those of the
 * noise zero, as arXiv 2603.01949 adds noise to a trained model.
 */
export const crps = defineMethod({
  name: "crps",
  about: "a score from data: members made of noise in one evaluation, by the almost fair CRPS",
  needsTeacher: "optional",
  recipe: ({ z, training, score, count }) => {
    // The score takes the place of a norm.
    const {
      norm: _,
      batchSize: __,
      ...keys
    } = training({
      iterations: 20_000,
      learningRate: { max: 3e-4, min: 1e-6 },
    });
    return z.strictObject({
      ...keys,
      batchSize: count
        .default(4)
        .describe(
          "conditions in a batch; members × batchSize = velocity's batchSize costs as much",
        ),
      ...score({ members: 2, alpha: 0.95 }),
    });
  },
  async learner(recipe, { seed, network: velocity, networks = {}, precision, teacher }) {
    const [{ ensembleCrps }, { directNetwork, generatorFromPredictor }, { keyFor }] =
      await Promise.all([
        import("@eddyflow/losses"),
        import("@eddyflow/models"),
        import("@eddyflow/random"),
      ]);
    const description = { ...velocity, kind: "generator" } as const;
    const network = directNetwork(description, { networks });
    const start = teacher?.sets["student"];
    if (teacher !== null && teacher.networks["student"]?.kind !== "predictor") {
      throw new CheckpointError({
        problem: `a ${teacher.method} model cannot be the start of a generator`,
        expected: "a predictor, which has a generator's weights but those of the noise",
        remedy: "give a deterministic run as the teacher, or none",
      });
    }
    return {
      networks: { student: description },
      init: () =>
        start === undefined
          ? network.init(keyFor(seed, "init", 0))
          : generatorFromPredictor(start, description.stateChannels),
      frozen: {},
      objective: ensembleCrps(directNetwork(description, { precision, networks }), recipe),
      sampler: { kind: "direct" },
      judge: { kind: "loss", objective: ensembleCrps(network, recipe) },
    };
  },
});
