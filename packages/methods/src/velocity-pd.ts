import { ArgumentError } from "@eddyflow/core";
import { defineMethod } from "./method.ts";

/**
 * Progressive distillation into Euler steps at fixed flow times. The student begins with its teacher's weights.
 * Salimans and Ho, "Progressive Distillation for Fast Sampling of Diffusion Models" (ICLR 2022), algorithm 2.
 */
export const velocityPd = defineMethod({
  name: "velocity_pd",
  about: "progressive distillation: several steps of the teacher become one Euler step",
  needsTeacher: true,
  recipe: ({ z, training, count, tableau }) =>
    z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 2e-4, min: 1e-6 } }),
      steps: count
        .default(2)
        .describe("Euler steps of the student from noise to data; it is good for exactly these"),
      substeps: count.default(4).describe("steps of the teacher inside each step of the student"),
      tableau: tableau.default("midpoint").describe("Runge–Kutta method of the teacher's steps"),
    }),
  async learner(recipe, context) {
    const [
      { progressive },
      { copyParams, velocityNetwork },
      { equalSteps, samplerText, stepsOf, tableauOf, uniformTimes },
      { normOf },
      { velocityTeacherOf },
    ] = await Promise.all([
      import("@eddyflow/distillation"),
      import("@eddyflow/models"),
      import("@eddyflow/samplers"),
      import("./norm-of.ts"),
      import("./teacher-of.ts"),
    ]);
    const { steps, substeps, tableau, norm } = recipe;
    const { method, network, params, sampler: taught } = velocityTeacherOf(context);
    const asked = equalSteps(tableau, steps * substeps);
    if (method === "velocity_pd" && samplerText(asked) !== samplerText(taught)) {
      throw new ArgumentError({
        problem: `${steps} × ${substeps} ${tableau} steps leave the flow times of the teacher, which is good for ${samplerText(taught)}`,
        expected: `models.velocity_pd.steps × substeps = ${stepsOf(taught)} with tableau=euler`,
        remedy: "change them, or give a velocity run as the teacher",
      });
    }
    const { grid, precision } = context;
    const sampler = equalSteps("euler", steps);
    return {
      networks: { student: network },
      init: () => copyParams(params),
      frozen: { teacher: params },
      objective: progressive(velocityNetwork(network, { precision }), {
        teacher: velocityNetwork(network),
        times: uniformTimes(steps),
        substeps,
        tableau: tableauOf(tableau),
        norm: normOf(norm, grid),
      }),
      sampler,
      judge: { kind: "teacher" },
    };
  },
});
