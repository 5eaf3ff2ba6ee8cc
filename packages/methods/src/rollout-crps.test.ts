import type { NetworkDescription, SamplerDescription } from "@eddyflow/core";
import { dynamicsOf, parameterShapes } from "@eddyflow/models";
import { keyFor, normalTensor } from "@eddyflow/random";
import { endPoint, equalSteps } from "@eddyflow/samplers";
import { dispose, memory, mul, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { grid, network } from "./learner.test.helpers.ts";
import type { LearnerContext, Method, Teacher } from "./method.ts";
import * as parts from "./recipe-parts.ts";
import { rolloutCrps } from "./rollout-crps.ts";

/** A trained model of this kind, with random weights. */
function teacherOf(kind: NetworkDescription["kind"], sampler: SamplerDescription): Teacher {
  const student = { ...network, kind };
  const params = Object.fromEntries(
    Object.entries(parameterShapes(student)).map(([name, shape], i) => [
      name,
      tidy(() => mul(normalTensor(keyFor(1, "weights", i), shape), 0.2)),
    ]),
  );
  return { method: kind, networks: { student }, sets: { student: params }, sampler };
}

const learnerOf = (teacher: Teacher | null, recipe: object = {}) => {
  const method = rolloutCrps as Method;
  const context = { seed: 0, network, grid, precision: "float32", teacher } as LearnerContext;
  return method.learner(method.recipe(parts).parse(recipe), context);
};
const state = (seed: number) => normalTensor(keyFor(seed, "state", 0), [2, 8, 8, 1]);

test.each([
  ["generator", { kind: "direct" }],
  ["velocity", equalSteps("euler", 1)],
  ["corrector", equalSteps("flow", 1)],
  ["mean-velocity", equalSteps("flow", 1)],
] as const)(
  "a %s starts as its teacher, is run as it and learns on its own rollouts",
  async (kind, sampler) => {
    const tensors = memory().numTensors;
    const teacher = teacherOf(kind, sampler);
    const learner = await learnerOf(teacher, { lengths: [1, 3], iterations: 10 });
    expect(learner.sampler).toEqual(sampler);
    expect(learner.horizon).toBe(3);
    const student = learner.init();
    const [z, y, next, second, third] = [1, 2, 3, 4, 5].map(state) as [Tensor, Tensor, ...Tensor[]];
    const [own, taught] = [{ student }, teacher.sets].map((sets) =>
      endPoint(dynamicsOf(learner.networks, sets), z, y, sampler),
    ) as [Tensor, Tensor];
    expect(await sub(own, taught).data()).toBeAllclose(0);
    const batch = { previous: y, next, later: [second, third] } as never;
    for (const [step, steps] of [
      [4, 1],
      [5, 3],
    ] as const) {
      const targets = await learner.objective.targets({ student }, batch, {
        key: keyFor(7, "draw", step),
        step,
      });
      expect(targets["truth"]?.shape[0]).toBe(steps);
      const { loss } = learner.objective.loss({ student }, targets);
      expect(Number.isFinite((await loss.data())[0])).toBe(true);
      dispose([loss, ...Object.values(targets)]);
    }
    dispose([student, teacher.sets, z, y, next, second, third, own, taught] as never);
    // The difference above.
    expect(memory().numTensors).toBe(tensors + 1);
  },
);

test("a model of several evaluations, or of none that is random, is refused", async () => {
  await expect(learnerOf(teacherOf("velocity", equalSteps("midpoint", 2)))).rejects.toThrow(
    /velocity model, run by midpoint:2; expected a model that makes a state of noise in one/,
  );
  await expect(learnerOf(teacherOf("predictor", { kind: "direct" }))).rejects.toThrow(
    /predictor model/,
  );
});
