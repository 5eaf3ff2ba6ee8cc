import { useBackend } from "@eddyflow/backend";
import type { Params } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import { dispose, memory, profile, type Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { type BoardContext, boardMethods, budgets } from "./methods.ts";
import { pointVelocity } from "./point-network.ts";

beforeAll(() => useBackend("cpu"));

/** Each of the four hidden layers has one error function. */
const evaluationsOf = async (work: () => Tensor): Promise<number> => {
  let result: Tensor | null = null;
  const { kernelNames, kernels } = await profile(() => {
    result = work();
    return result;
  });
  (result as Tensor | null)?.dispose();
  expect(kernelNames).toContain("Erf");
  return kernels.filter(({ name }) => name === "Erf").length / 4;
};

/** Ends with the weights that a training begins with. */
const untrained = (teacher: Params, seen: number[]): BoardContext => ({
  ...{ iterations: 1000, seed: 0, teacher },
  train: async ({ init, iterations }) => {
    seen.push(iterations);
    return init;
  },
});

test.each(boardMethods.map((method) => [method.name, method] as const))(
  "the samplers of %s take the evaluations that they are listed with",
  async (_, method) => {
    const teacher = pointVelocity.init(key(1));
    const noise = normalTensor(key(2), [2, 2]);
    const samplers = await method.samplers(untrained(teacher, []));
    for (const { nfe, sample } of samplers) {
      expect(budgets).toContain(nfe);
      expect(await evaluationsOf(() => sample(noise))).toBe(nfe);
    }
    expect(new Set(samplers.map(({ nfe }) => nfe)).size).toBe(samplers.length);
    expect(samplers[0]?.nfe).toBe(1);
    dispose([teacher, noise] as never);
  },
);

test("every student gets as many iterations, whether in one training or in five", async () => {
  const teacher = pointVelocity.init(key(1));
  for (const method of boardMethods) {
    const seen: number[] = [];
    await method.samplers(untrained(teacher, seen));
    const total = seen.reduce((sum, iterations) => sum + iterations, 0);
    expect(total).toBe(method.name === "teacher" ? 0 : 1000);
  }
  dispose(teacher as never);
});

test("sampling leaves no tensor", async () => {
  const teacher = pointVelocity.init(key(1));
  const noise = normalTensor(key(2), [2, 2]);
  for (const method of boardMethods) {
    const samplers = await method.samplers(untrained(teacher, []));
    const before = memory().numTensors;
    for (const { sample } of samplers) sample(noise).dispose();
    expect(memory().numTensors).toBe(before);
  }
});
