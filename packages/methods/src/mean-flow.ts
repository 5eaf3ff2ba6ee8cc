import { defineMethod } from "./method.ts";

/**
 * Mean flows, distilled: a flow map x + δu by the Eulerian equation u = v + δ du/dt. u begins with the velocity's
 * weights. A reference for the others, which are more stable. Geng et al. (arXiv 2505.13447).
 */
export const meanFlow = defineMethod({
  name: "mean_flow",
  about: "mean flows: a flow map whose end points stay while its start moves along the path",
  needsTeacher: true,
  recipe: ({ z, training, increments, count, positive }) =>
    z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 1e-3, min: 1e-6 } }),
      sampler: z
        .strictObject({
          // δ = 1: one evaluation.
          steps: count.default(1).describe("equal jumps from noise to data"),
        })
        .prefault({})
        .describe("how the trained model is meant to be run"),
      increments: increments
        .prefault({ kind: "uniform" })
        .describe("how increments δ and flow times t are drawn; without gaps, from near δ = 0"),
      diagonal: z
        .number()
        .min(0)
        .lt(1)
        .default(0.25)
        .describe("share of pairs with δ = 0, where the student matches the velocity"),
      difference: positive
        .max(0.1)
        .default(5e-3)
        .describe("step in t of the difference that takes the place of du/dt"),
      warmUp: z
        .int()
        .nonnegative()
        .default(100)
        .describe("optimizer steps over which du/dt gets its whole weight"),
      normalisation: positive
        .default(0.1)
        .describe("c of g/(‖g‖ + c), the residual of a sample scaled by its own size"),
    }),
  async learner(recipe, context) {
    const [
      { meanFlow: objective },
      { correctorFromVelocity, meanVelocityNetwork, velocityNetwork },
      { incrementsOf },
      { jumpsOf },
      { normOf },
      { continuousTeacherOf },
    ] = await Promise.all([
      import("@eddyflow/distillation"),
      import("@eddyflow/models"),
      import("./increments-of.ts"),
      import("./jumps-of.ts"),
      import("./norm-of.ts"),
      import("./teacher-of.ts"),
    ]);
    const { network, params } = continuousTeacherOf(context);
    const { networks = {}, precision } = context;
    const { norm, diagonal, difference, warmUp, normalisation } = recipe;
    const increments = incrementsOf(recipe.increments);
    return {
      networks: { student: { ...network, kind: "mean-velocity" } },
      init: () => correctorFromVelocity(params, network, { networks }),
      frozen: { teacher: params },
      objective: objective(
        meanVelocityNetwork(network, { precision, networks }),
        velocityNetwork(network, { networks }),
        {
          norm: normOf(norm, context),
          increments,
          diagonal,
          step: difference,
          warmUp,
          normalisation,
        },
      ),
      ...jumpsOf(recipe.sampler, increments),
      judge: { kind: "teacher" },
    };
  },
});
