import { defineMethod } from "./method.ts";

/**
 * Rectified flow: velocity matching on the straight lines from noise to where the teacher carries it. The student
 * begins with its teacher's weights. Liu, Gong, Liu, "Flow Straight and Fast" (arXiv 2209.03003).
 */
export const rectified = defineMethod({
  name: "rectified",
  about: "reflow: a velocity field whose paths are nearly straight, for a few Euler steps",
  needsTeacher: true,
  recipe: ({ z, training, count, integration, tableau, spacing }) =>
    z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 1e-3, min: 1e-6 } }),
      sampler: integration({ tableau: "euler", steps: 2 }),
      teacher: z
        .strictObject({
          tableau: tableau.default("midpoint").describe("Runge–Kutta method"),
          steps: count.default(4).describe("steps from noise to data"),
          spacing,
        })
        .prefault({})
        .describe("how the teacher goes to the end points that it teaches"),
    }),
  async learner(recipe, context) {
    const [
      { rectified: objective },
      { copyParams, velocityNetwork },
      { tableauOf },
      { normOf },
      { stepTimes },
      { continuousTeacherOf },
    ] = await Promise.all([
      import("@eddyflow/distillation"),
      import("@eddyflow/models"),
      import("@eddyflow/samplers"),
      import("./norm-of.ts"),
      import("./step-times.ts"),
      import("./teacher-of.ts"),
    ]);
    const { network, params } = continuousTeacherOf(context);
    const { networks = {}, precision } = context;
    const { norm, sampler, teacher } = recipe;
    return {
      networks: { student: network },
      init: () => copyParams(params),
      frozen: { teacher: params },
      objective: objective(velocityNetwork(network, { precision, networks }), {
        teacher: velocityNetwork(network, { networks }),
        tableau: tableauOf(teacher.tableau),
        times: stepTimes(teacher.steps, teacher.spacing),
        norm: normOf(norm, context),
      }),
      sampler: {
        ...{ kind: "integrate", tableau: sampler.tableau },
        times: stepTimes(sampler.steps, sampler.spacing),
      },
      judge: { kind: "teacher" },
    };
  },
});
