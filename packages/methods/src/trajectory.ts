import { defineMethod } from "./method.ts";

/**
 * Regression on pairs of points of a teacher's paths, into a flow map x + δu. It begins as its teacher's Euler
 * step. Kim et al., "Consistency mid-training" (2025), also with pairs of points that do not end at the data.
 */
export const trajectory = defineMethod({
  name: "trajectory",
  about:
    "regression on pairs of points of the teacher's paths: a flow map of one evaluation a jump",
  needsTeacher: true,
  recipe: ({ z, training, teacherPaths, count }) =>
    z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 2e-4, min: 1e-6 } }),
      ...teacherPaths,
      sampler: z
        .strictObject({
          steps: count
            .default(1)
            .describe("equal jumps from noise to data; a divisor of pathSteps"),
        })
        .prefault({})
        .describe("how the trained model is meant to be run"),
      ownShare: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe(
          "share of pairs that are a jump of this sampler, noise to end for one step; the others are any two points, which make the map good for other jumps too, at a cost to its own",
        ),
    }),
  async learner(recipe, context) {
    const [
      { pathPairs, trajectory: objective },
      { correctorFromVelocity, meanVelocityNetwork, velocityNetwork },
      { equalSteps, tableauOf },
      { normOf },
      { ownSteps },
      { meetsJumps, requireJumps, stepTimes },
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
    const { pathSteps: steps, spacing, tableau, paths, norm, sampler, ownShare } = recipe;
    const teacher = continuousTeacherOf(context);
    const { network, params } = teacher;
    const { networks = {}, precision } = context;
    const times = stepTimes(steps, spacing);
    const points = Array.from({ length: steps }, (_, i) => i + 1);
    const pairs = pathPairs({ steps, jumps: sampler.steps, share: ownShare });
    requireJumps(times, sampler.steps);
    const own =
      paths.kind === "online"
        ? {}
        : {
            batches: (await import("./cached-paths.ts")).cachedPaths({
              recipe: { ...recipe, paths },
              context,
              teacher,
              times,
              // The others are never drawn.
              kept: points.filter((point) => ownShare < 1 || point % (steps / sampler.steps) === 0),
              draw: pairs,
            }),
          };
    return {
      networks: { student: { ...network, kind: "mean-velocity" } },
      init: () => correctorFromVelocity(params, network, { networks }),
      frozen: { teacher: params },
      objective: objective(meanVelocityNetwork(network, { precision, networks }), {
        teacher: velocityNetwork(network, { networks }),
        tableau: tableauOf(tableau),
        times,
        pairs,
        norm: normOf(norm, context),
      }),
      ...own,
      ...ownSteps(equalSteps("flow", sampler.steps)),
      // Equal jumps of any other increment would begin between the points of a path. The first step is the shortest.
      ...(ownShare < 1 && {
        trainedOn: {
          increments: [times[1] as number, 1],
          levels: points
            .filter((point) => steps % point === 0 && meetsJumps(times, steps / point))
            .map((point) => point / steps),
        },
      }),
      judge: { kind: "teacher" },
    };
  },
});
