import { ArgumentError } from "@eddyflow/core";
import { defineMethod } from "./method.ts";

/**
 * Adversarial distillation into one Euler step: a discriminator asks for states that look like data, the teacher for end
 * points near its own. Sauer et al., "Adversarial Diffusion Distillation" (arXiv 2311.17042).
 */
export const adversarial = defineMethod({
  name: "adversarial",
  about:
    "adversarial distillation: one Euler step to states that look like data and like the teacher's",
  needsTeacher: true,
  recipe: ({ z, training, teacherPaths, count, positive }) =>
    z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 2e-4, min: 1e-6 } }),
      // Paths that are kept have no data to compare with.
      pathSteps: teacherPaths.pathSteps,
      tableau: teacherPaths.tableau,
      spacing: teacherPaths.spacing,
      distillation: z
        .number()
        .nonnegative()
        .default(10)
        .describe(
          "λ: weight of the distance to the teacher's end point from the same noise; 0 leaves the discriminator alone",
        ),
      discriminator: z
        .strictObject({
          features: z
            .array(count)
            .min(1)
            .exactOptional()
            .describe("channels of each resolution, finest first; the student's unless given"),
          penalty: z
            .number()
            .nonnegative()
            .default(1)
            .describe("γ: weight of the discriminator's steepness at the data; 0 for none"),
          noise: positive
            .default(0.05)
            .describe("ε: by how much noise data are moved to measure that steepness"),
        })
        .prefault({})
        .describe("what tells the student's states from data, trained in turn with it"),
    }),
  async learner(recipe, context) {
    const [
      { adversarial: objectives },
      { copyParams, discriminator: discriminatorOf, discriminatorShapes, velocityNetwork },
      { keyFor },
      { equalSteps, tableauOf },
      { normOf },
      { ownSteps },
      { stepTimes },
      { continuousTeacherOf },
    ] = await Promise.all([
      import("@eddyflow/distillation"),
      import("@eddyflow/models"),
      import("@eddyflow/random"),
      import("@eddyflow/samplers"),
      import("./norm-of.ts"),
      import("./own-steps.ts"),
      import("./step-times.ts"),
      import("./teacher-of.ts"),
    ]);
    const { network, params } = continuousTeacherOf(context);
    const { seed, grid, networks = {}, precision } = context;
    const { pathSteps, spacing, tableau, norm, distillation } = recipe;
    const { features = network.features, penalty, noise } = recipe.discriminator;
    const multiple = 2 ** (features.length - 1);
    if (grid.shape.some((points) => points % multiple !== 0)) {
      throw new ArgumentError({
        problem: `a discriminator of ${features.length} levels cannot halve a grid of ${grid.shape.join(" × ")} points`,
        expected: `multiples of ${multiple}`,
        remedy: "give discriminator.features fewer levels",
      });
    }
    const shape = { ...network, features };
    const judge = discriminatorOf(shape);
    const { student, discriminator } = objectives(
      velocityNetwork(network, { precision, networks }),
      judge,
      {
        teacher: velocityNetwork(network, { networks }),
        tableau: tableauOf(tableau),
        times: stepTimes(pathSteps, spacing),
        norm: normOf(norm, context),
        distillation,
        penalty,
        noise,
      },
    );
    return {
      networks: { student: network },
      init: () => copyParams(params),
      frozen: { teacher: params },
      objective: student,
      opponents: [
        {
          shapes: discriminatorShapes(shape),
          init: () => judge.init(keyFor(seed, "discriminator", 0)),
          objective: discriminator,
        },
      ],
      ...ownSteps(equalSteps("euler", 1)),
      judge: { kind: "teacher" },
    };
  },
});
