import { defineMethod } from "./method.ts";

/**
 * Lagrangian distillation of a velocity field into a flow map x + δu, by the equation ∂_δX = v(X, t + δ) of its paths.
 * u begins with the velocity's weights. Boffi, Albergo, Vanden-Eijnden, "Flow Map Matching" (2024); FreeFlow
 * (arXiv 2511.19428).
 */
export const flowLagrangian = defineMethod({
  name: "flow_lagrangian",
  about:
    "Lagrangian distillation: a flow map that moves in δ as its teacher says, for one evaluation",
  needsTeacher: true,
  recipe: ({ z, training, increments, count, positive }) => {
    const floor = (least: number) =>
      positive
        .max(1)
        .default(least)
        .describe("least factor κ = 1 − δ/(1 − t) of the residual; 1 leaves it alone");
    return z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 1e-3, min: 1e-6 } }),
      sampler: z
        .strictObject({
          // δ = 1: one evaluation.
          steps: count.default(1).describe("equal jumps from noise to data"),
        })
        .prefault({})
        .describe("how the trained model is meant to be run"),
      start: z
        .discriminatedUnion("kind", [
          z
            .strictObject({ kind: z.literal("noise"), floor: floor(1) })
            .describe("all increments start at noise, t = 0: for one evaluation"),
          z
            .strictObject({ kind: z.literal("path"), floor: floor(0.2) })
            .describe("increments start anywhere between noise and data: for any number of steps"),
        ])
        .prefault({ kind: "noise" })
        .describe("where increments start"),
      increments: increments
        .prefault({ kind: "uniform" })
        .describe("how increments δ and flow times t are drawn; without gaps, from near δ = 0"),
      diagonal: z
        .number()
        .min(0)
        .lt(1)
        .default(0)
        .describe("share of pairs with δ = 0, where the student matches the velocity"),
      difference: positive
        .max(0.1)
        .default(5e-3)
        .describe("step in δ of the difference that takes the place of ∂u/∂δ"),
      weight: z
        .strictObject({
          power: z.number().min(0).max(1).default(0).describe("p; 0 weighs all samples alike"),
          epsilon: positive.default(1e-3).describe("ε, a mean square residual that is small"),
        })
        .prefault({})
        .describe("of a sample with the residual r: κ/(mean κ²r² + ε)^p"),
    });
  },
  async learner(recipe, context) {
    const [
      { flowLagrangian: lagrangian, incrementsBetween },
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
    const { norm, start, diagonal, difference, weight } = recipe;
    const increments = incrementsOf(recipe.increments);
    // All that starts at noise is good for one jump.
    const own = start.kind === "noise" ? incrementsBetween([0, 1]) : increments;
    return {
      networks: { student: { ...network, kind: "mean-velocity" } },
      init: () => correctorFromVelocity(params, network, { networks }),
      frozen: { teacher: params },
      objective: lagrangian(
        meanVelocityNetwork(network, { precision, networks }),
        velocityNetwork(network, { networks }),
        {
          norm: normOf(norm, context),
          increments,
          start: start.kind,
          floor: start.floor,
          diagonal,
          step: difference,
          ...weight,
        },
      ),
      ...jumpsOf(recipe.sampler, own),
      judge: { kind: "teacher" },
    };
  },
});
