import { defineMethod } from "./method.ts";

/**
 * Semigroup distillation of a velocity field v, which stays as it is, into a flow map F = x + δ(1 − δ)v + δ²φ. φ
 * begins with v's weights and F therefore as Euler's step. arXiv 2511.04641; Frans et al., "One Step Diffusion via
 * Shortcut Models" (ICLR 2025).
 */
export const flow = defineMethod({
  name: "flow",
  about: "semigroup distillation: a flow map of which two half steps equal one, for one evaluation",
  needsTeacher: true,
  recipe: ({ z, training, increments, count }) =>
    z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 1e-4, min: 1e-6 } }),
      sampler: z
        .strictObject({
          // δ = 1: one evaluation.
          steps: count.default(1).describe("equal jumps from noise to data"),
        })
        .prefault({})
        .describe("how the trained model is meant to be run"),
      increments,
    }),
  async learner(recipe, context) {
    const [
      { semigroup },
      { correctorFromVelocity, correctorNetwork, velocityNetwork },
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
    const increments = incrementsOf(recipe.increments);
    return {
      networks: { student: { ...network, kind: "corrector" }, velocity: network },
      init: () => correctorFromVelocity(params, network, { networks }),
      frozen: { velocity: params },
      objective: semigroup(
        correctorNetwork(network, { precision, networks }),
        velocityNetwork(network, { networks }),
        {
          norm: normOf(recipe.norm, context),
          increments,
        },
      ),
      ...jumpsOf(recipe.sampler, increments),
      judge: { kind: "teacher" },
    };
  },
});
