import type { Key } from "@eddyflow/core";
import { defineMethod } from "./method.ts";

/**
 * Conditional flow matching: a velocity field learns from data to carry noise to the next state. It is the teacher
 * of all students. Lipman et al., "Flow Matching for Generative Modeling" (ICLR 2023), equation (23).
 */
export const velocity = defineMethod({
  name: "velocity",
  about: "flow matching from data: a velocity field from noise to the next state, the teacher",
  needsTeacher: false,
  recipe: ({ z, training, integration, flowTimes }) =>
    z.strictObject({
      ...training({ iterations: 20_000, learningRate: { max: 3e-4, min: 1e-6 } }),
      // 100 evaluations: the reference that students are measured against.
      sampler: integration({ tableau: "midpoint", steps: 50 }),
      times: flowTimes,
    }),
  async learner(recipe, context) {
    const [
      { flowMatching, logitNormalTimes },
      { velocityNetwork },
      { keyFor, uniform },
      { normOf },
      { stepTimes },
    ] = await Promise.all([
      import("@eddyflow/losses"),
      import("@eddyflow/models"),
      import("@eddyflow/random"),
      import("./norm-of.ts"),
      import("./step-times.ts"),
    ]);
    /** Flow times at equal distances, whatever the training draws: the loss varies so much with t that a few free draws would hide the rest. */
    const spreadTimes = (key: Key, count: number): Float32Array => {
      const [offset = 0] = uniform(key, 1);
      return Float32Array.from({ length: count }, (_, i) => (i + offset) / count);
    };
    const { seed, network: description, networks = {}, precision } = context;
    const network = velocityNetwork(description, { networks });
    const norm = normOf(recipe.norm, context);
    const { tableau, steps, spacing } = recipe.sampler;
    const times = recipe.times.kind === "uniform" ? uniform : logitNormalTimes(recipe.times);
    return {
      networks: { student: description },
      init: () => network.init(keyFor(seed, "init", 0)),
      frozen: {},
      objective: flowMatching(velocityNetwork(description, { precision, networks }), {
        norm,
        times,
      }),
      sampler: { kind: "integrate", tableau, times: stepTimes(steps, spacing) },
      judge: { kind: "loss", objective: flowMatching(network, { norm, times: spreadTimes }) },
    };
  },
});
