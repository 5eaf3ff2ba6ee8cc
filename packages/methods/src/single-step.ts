import { defineMethod } from "./method.ts";

/**
 * Regression on the end points of a teacher's paths, into one Euler step. The student begins with its teacher's weights.
 * Luhman and Luhman, "Knowledge Distillation in Iterative Generative Models" (arXiv 2101.02388).
 */
export const singleStep = defineMethod({
  name: "single_step",
  about: "regression on the end points of the teacher's paths: one Euler step for one evaluation",
  needsTeacher: true,
  recipe: ({ z, count, training, teacherPaths }) =>
    z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 2e-4, min: 1e-6 } }),
      ...teacherPaths,
      spectralGain: count
        .max(64)
        .optional()
        .describe(
          "the largest wavenumber whose size in the student's result is a weight of its own; none unless given. Long waves are learnt last, and with it they are right at once",
        ),
    }),
  async learner(recipe, context) {
    const [
      { pathPairs, singleStep: objective },
      { copyWithGains, velocityNetwork, withSpectralGain },
      { equalSteps, tableauOf },
      { normOf },
      { ownSteps },
      { stepTimes },
      { continuousTeacherOf },
    ] = await Promise.all([
      import("@eddyflow/distillation"),
      import("@eddyflow/models"),
      import("@eddyflow/samplers"),
      import("./norm-of.ts"),
      import("./own-steps.ts"),
      import("./step-times.ts"),
      import("./teacher-of.ts"),
    ]);
    const { pathSteps: steps, spacing, tableau, paths, norm, spectralGain } = recipe;
    const times = stepTimes(steps, spacing);
    const teacher = continuousTeacherOf(context);
    const { network, params } = teacher;
    const student = spectralGain === undefined ? network : withSpectralGain(network, spectralGain);
    const { networks = {}, precision } = context;
    const own =
      paths.kind === "online"
        ? {}
        : {
            batches: (await import("./cached-paths.ts")).cachedPaths({
              recipe: { ...recipe, paths },
              context,
              teacher,
              times,
              kept: [steps],
              draw: pathPairs({ steps, share: 1 }),
            }),
          };
    return {
      networks: { student },
      init: () => copyWithGains(params, student),
      frozen: { teacher: params },
      objective: objective(velocityNetwork(student, { precision, networks }), {
        teacher: velocityNetwork(network, { networks }),
        tableau: tableauOf(tableau),
        times,
        norm: normOf(norm, context),
      }),
      ...own,
      ...ownSteps(equalSteps("euler", 1)),
      judge: { kind: "teacher" },
    };
  },
});
