import { defineMethod } from "./method.ts";

/**
 * Regression on the next state: what a model that knows no uncertainty makes of the same network and data. It learns
 * the mean of the states that can follow, and is run in one evaluation without noise.
 */
export const deterministic = defineMethod({
  name: "deterministic",
  about: "regression from data: the mean of the next state at once, the rival of velocity",
  needsTeacher: false,
  recipe: ({ z, training }) =>
    z.strictObject({
      ...training({ iterations: 20_000, learningRate: { max: 3e-4, min: 1e-6 } }),
    }),
  async learner(recipe, context) {
    const [{ regression }, { directNetwork }, { keyFor }, { normOf }] = await Promise.all([
      import("@eddyflow/losses"),
      import("@eddyflow/models"),
      import("@eddyflow/random"),
      import("./norm-of.ts"),
    ]);
    const { seed, network: velocity, networks = {}, precision } = context;
    const description = { ...velocity, kind: "predictor" } as const;
    const network = directNetwork(description, { networks });
    const norm = normOf(recipe.norm, context);
    return {
      networks: { student: description },
      init: () => network.init(keyFor(seed, "init", 0)),
      frozen: {},
      objective: regression(directNetwork(description, { precision, networks }), { norm }),
      sampler: { kind: "direct" },
      judge: { kind: "loss", objective: regression(network, { norm }) },
    };
  },
});
