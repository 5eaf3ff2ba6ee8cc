import { ArgumentError } from "@eddyflow/core";
import { defineMethod } from "./method.ts";

/**
 * Progressive distillation into few steps by a Runge–Kutta method, or into jumps of a map that is told their size Δ. The
 * student begins with its teacher's weights. Salimans and Ho, "Progressive Distillation for Fast Sampling of Diffusion
 * Models" (ICLR 2022), algorithm 2.
 */
export const velocityPd = defineMethod({
  name: "velocity_pd",
  about: "progressive distillation: several steps of the teacher become one of the student",
  needsTeacher: true,
  recipe: ({ z, training, count, tableau }) => {
    const limits = {
      minimum: z.number().min(1e-6).max(1).default(1e-3).describe("the smallest Δ"),
      maximum: z.number().min(1e-6).max(1).default(1).describe("the largest Δ"),
    };
    const shape = z.number().min(0.01).max(100);
    return z.strictObject({
      ...training({ iterations: 10_000, learningRate: { max: 2e-4, min: 1e-6 } }),
      steps: count.default(2).describe("equal steps of the student from noise to data"),
      substeps: count.default(4).describe("steps of the teacher inside each step of the student"),
      tableau: tableau.default("midpoint").describe("Runge–Kutta method of the teacher's steps"),
      studentTableau: tableau
        .default("euler")
        .describe("Runge–Kutta method of the student's steps; euler costs one evaluation a step"),
      increments: z
        .discriminatedUnion("kind", [
          z
            .strictObject({ kind: z.literal("times") })
            .describe("Δ = 1/steps from the student's own times; it is good for these alone"),
          z
            .strictObject({ kind: z.literal("uniform"), ...limits })
            .describe("Δ uniform on [minimum, maximum]; t uniform"),
          z
            .strictObject({
              kind: z.literal("beta"),
              alpha: shape.default(0.5).describe("first shape of the beta law"),
              beta: shape.default(1).describe("second shape of the beta law"),
              ...limits,
            })
            .describe("Δ from a beta law on [minimum, maximum]; t uniform"),
          z
            .strictObject({
              kind: z.literal("fixed"),
              jitter: z
                .number()
                .min(0)
                .max(0.99)
                .default(0)
                .describe("how far Δ strays from 1/steps, relative to it"),
            })
            .describe("Δ about 1/steps; t uniform"),
        ])
        .prefault({ kind: "times" })
        .describe("how the size Δ of the student's steps and their start t are drawn"),
      told: z
        .boolean()
        .default(false)
        .describe("whether the student's network is told Δ: then it is a map of one evaluation"),
      compare: z
        .enum(["velocities", "states"])
        .default("velocities")
        .describe("whether mean velocities are compared, or states, whose error is Δ times that"),
    });
  },
  async learner(recipe, context) {
    const [
      { progressive },
      { copyParams, correctorFromVelocity, meanVelocityNetwork, velocityNetwork },
      { equalSteps, jumpName, outsideTraining, tableauOf },
      { checkTeacherSteps },
      { macroStepsOf },
      { normOf },
      { steppingTeacherOf },
    ] = await Promise.all([
      import("@eddyflow/distillation"),
      import("@eddyflow/models"),
      import("@eddyflow/samplers"),
      import("./check-teacher-steps.ts"),
      import("./macro-steps-of.ts"),
      import("./norm-of.ts"),
      import("./teacher-of.ts"),
    ]);
    const { steps, substeps, tableau, studentTableau, told, compare, norm } = recipe;
    const teacher = steppingTeacherOf(context);
    const { network, params } = teacher;
    const teacherIsTold = network.kind === "mean-velocity";
    if (told && studentTableau !== "euler") {
      throw new ArgumentError({
        problem: `a student that is told Δ gives the mean velocity of a whole step, and cannot be run by ${studentTableau}`,
        expected: "studentTableau=euler, or told=false",
        remedy: "change one of them",
      });
    }
    if (teacherIsTold && !told) {
      throw new ArgumentError({
        problem: "a student that is not told Δ cannot begin with the weights of a teacher that is",
        expected: "told=true",
        remedy: "change models.velocity_pd.told, or give a velocity run as the teacher",
      });
    }

    const { increments, trainedOn } = macroStepsOf(recipe);
    const sampler = equalSteps(told ? jumpName : studentTableau, steps);
    const outside = outsideTraining(sampler, trainedOn);
    if (outside !== null) {
      throw new ArgumentError({
        problem: `the student would be ${outside}`,
        expected: `increments that hold Δ = 1/steps = 1/${steps}`,
        remedy: "change models.velocity_pd.steps, or the minimum or maximum of its increments",
      });
    }
    checkTeacherSteps(teacher, { ...recipe, trainedOn });

    const { networks = {}, precision } = context;
    const student = { ...network, kind: told ? "mean-velocity" : "velocity" } as const;
    const networkOf = told ? meanVelocityNetwork : velocityNetwork;
    const teacherNetworkOf = teacherIsTold ? meanVelocityNetwork : velocityNetwork;
    return {
      networks: { student },
      init: () =>
        told && !teacherIsTold
          ? correctorFromVelocity(params, network, { networks })
          : copyParams(params),
      frozen: { teacher: params },
      objective: progressive(networkOf(student, { precision, networks }), {
        teacher: teacherNetworkOf(network, { networks }),
        increments,
        substeps,
        tableau: tableauOf(tableau),
        studentTableau: tableauOf(studentTableau),
        compare,
        norm: normOf(norm, context),
      }),
      sampler,
      trainedOn,
      judge: { kind: "teacher" },
    };
  },
});
