import { ArgumentError, CheckpointError } from "@eddyflow/core";
import type { RolloutCrpsOptions } from "@eddyflow/distillation";
import { defineMethod } from "./method.ts";

/**
 * Fine-tuning of a model that needs one evaluation, on rollouts that grow longer: it is taught to stay right where it
 * is fed its own states. The result is run as its teacher is.
 */
export const rolloutCrps = defineMethod({
  name: "rollout_crps",
  about: "fine-tuning of a one-evaluation model by the fair CRPS of rollouts that grow longer",
  needsTeacher: true,
  teachers: ["crps", "flow"],
  recipe: ({ z, training, score, count }) => {
    // The score takes the place of a norm.
    const {
      norm: _,
      batchSize: __,
      ...keys
    } = training({
      iterations: 4000,
      learningRate: { max: 1e-5, min: 1e-6 },
    });
    return z.strictObject({
      ...keys,
      batchSize: count
        .default(4)
        .describe("conditions in a batch; a step costs members × length evaluations of each"),
      ...score({ members: 2, alpha: 1 }),
      lengths: z
        .array(count.max(100))
        .min(1)
        .default([1, 2, 4, 8])
        .describe("steps of the rollouts, each for an equal share of the iterations"),
      gradient: z
        .enum(["all", "last"])
        .default("all")
        .describe(
          "all goes through every step, in the memory of as many evaluations; last through the last one, in that of one",
        ),
    });
  },
  async learner(recipe, context) {
    const [
      { rolloutCrps: objectiveOf },
      { paramsOf },
      { copyParams, dynamicsOf },
      { endPoint, nfeOf, samplerText },
      { ownSteps },
    ] = await Promise.all([
      import("@eddyflow/distillation"),
      import("@eddyflow/losses"),
      import("@eddyflow/models"),
      import("@eddyflow/samplers"),
      import("./own-steps.ts"),
    ]);
    const { networks: named = {}, precision, teacher, timeChannel, history = 1 } = context;
    const student = teacher?.networks["student"];
    const params = teacher?.sets["student"];
    if (teacher === null || student === undefined || params === undefined) {
      throw new ArgumentError({
        problem: "there is no teacher to learn from",
        expected: "a model that is run in one evaluation",
        remedy: "give a crps or a flow run as the teacher",
      });
    }
    const { sampler } = teacher;
    if (student.kind === "predictor" || nfeOf(sampler, student.kind) !== 1) {
      throw new CheckpointError({
        problem: `the teacher is a ${teacher.method} model, run by ${samplerText(sampler)}`,
        expected: "a model that makes a state of noise in one evaluation",
        remedy: "give a crps run, a flow run of one step or a velocity_pd run of one step",
      });
    }
    const { lengths, gradient, iterations, members, alpha, spectralWeight } = recipe;
    const longest = Math.max(...lengths);
    const shares = lengths.length / iterations;
    const lengthAt = (step: number): number =>
      lengths[Math.min(Math.floor(step * shares), lengths.length - 1)] as number;
    // At δ = 1 a corrector needs no velocity; it is tuned for no other increment.
    const networks = { student };
    const make = (
      evaluation: { readonly precision?: typeof precision },
      rollout: Pick<RolloutCrpsOptions, "length" | "gradient">,
    ) =>
      objectiveOf(
        (sets, z, y) => {
          const own = { student: paramsOf(sets, "student") };
          const dynamics = dynamicsOf(networks, own, { ...evaluation, networks: named });
          return endPoint(dynamics, z, y, sampler);
        },
        {
          members,
          alpha,
          spectralWeight,
          ...rollout,
          history,
          ...(timeChannel !== undefined && { timeChannel }),
        },
      );
    return {
      networks,
      init: () => copyParams(params),
      frozen: {},
      objective: make({ precision }, { length: lengthAt, gradient }),
      horizon: longest,
      ...ownSteps(sampler),
      judge: { kind: "loss", objective: make({}, { length: () => longest, gradient: "all" }) },
    };
  },
});
