import { useBackend } from "@eddyflow/backend";
import { key, normalTensor } from "@eddyflow/random";
import { add, grad, sub, sum, type Tensor, type Tensor1D, tensor1d } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { mapFromVelocity, pointMap, pointVelocity } from "./point-network.ts";

beforeAll(() => useBackend("cpu"));

const points = () => normalTensor(key(1), [5, 2]);
const times = () => tensor1d([0, 0.25, 0.5, 0.75, 1]);

test("a map begins as its velocity, whatever the increment", async () => {
  const [x, t] = [points(), times()];
  const velocity = pointVelocity.init(key(2));
  const expected = await pointVelocity.apply(velocity, x, null, t).data();
  const map = mapFromVelocity(velocity);
  for (const delta of [0, 0.5, 1]) {
    const increments = tensor1d(new Array<number>(5).fill(delta));
    expect(await pointMap.apply(map, x, null, t, increments).data()).toBeAllclose(expected);
  }
});

test("the gradient of the network is that of central differences", async () => {
  const [x, t] = [points(), times()];
  const params = pointVelocity.init(key(3));
  const total = (time: Tensor) => sum(pointVelocity.apply(params, x, null, time as Tensor1D));
  const slopes = await grad(total)(t).data();
  const step = 0.05;
  for (const [i, slope] of slopes.entries()) {
    const nudge = tensor1d(Array.from({ length: 5 }, (_, k) => (k === i ? step : 0)));
    const [above] = await total(add(t, nudge)).data();
    const [below] = await total(sub(t, nudge)).data();
    expect(slope).toBeCloseTo(((above as number) - (below as number)) / (2 * step), 2);
  }
});
