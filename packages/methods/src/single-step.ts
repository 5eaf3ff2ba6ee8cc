import { ArgumentError } from "@eddyflow/core";
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
        .max(256)
        .optional()
        .describe(
          "for a student that is there (--start): nothing is learnt but gains, which give each wavenumber up to this one, or what the grid has, the energy of the teacher's end points; its other weights stay. Good with paths.kind=online learningRate.max=2e-2 averageDecay=0.95 and a hundred iterations",
        ),
    }),
  async learner(recipe, context) {
    if (recipe.spectralGain !== undefined && context.hasStart === false) {
      throw new ArgumentError({
        problem: "spectralGain is given, and no student whose spectrum it is to match",
        expected: "a run of single_step as the start",
        remedy: "train one without spectralGain, then give it with --start",
      });
    }
    const [
      { pathPairs, singleStep: objective, spectralMatch },
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
    const path = {
      teacher: velocityNetwork(network, { networks }),
      ...{ tableau: tableauOf(tableau), times },
    };
    const most = Math.min(...context.grid.shape.map((points) => Math.ceil(points / 2) - 1));
    const gained =
      spectralGain === undefined ? null : withSpectralGain(network, Math.min(spectralGain, most));
    const student = gained ?? network;
    return {
      networks: { student },
      init: () => copyWithGains(params, student),
      frozen: { teacher: params },
      objective:
        gained === null
          ? objective(velocityNetwork(network, { precision, networks }), {
              ...path,
              norm: normOf(norm, context),
            })
          : spectralMatch(gained, { ...path, precision, networks }),
      ...own,
      ...ownSteps(equalSteps("euler", 1)),
      judge: { kind: "teacher" },
    };
  },
});
