import { adamStep } from "@eddyflow/ops";
import { dispose, tensor1d, zerosLike } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

test("the array that a parameter was made from keeps its values", async () => {
  const values = Float32Array.of(1, 2, 3);
  const w = tensor1d(values);
  let state = {
    params: { w },
    first: { w: zerosLike(w) },
    second: { w: zerosLike(w) },
  } as Pick<ReturnType<typeof adamStep>, "params" | "first" | "second">;
  for (let step = 1; step <= 3; step++) {
    const gradients = { w: tensor1d([1, 1, 1]) };
    const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step };
    const { norm, skipped, ...next } = adamStep({ ...state, gradients, ...settings });
    dispose([norm, skipped]);
    state = next;
  }
  expect(Array.from(values)).toEqual([1, 2, 3]);
  expect((await state.params["w"]?.data())?.[0]).toBeCloseTo(0.7, 4);
  for (const set of Object.values(state)) dispose({ ...set });
});
