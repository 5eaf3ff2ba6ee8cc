import { isEddyflowError, type Padding } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  dispose,
  grad,
  mean,
  memory,
  slice,
  type Tensor,
  tensor,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { discriminator, discriminatorShapes } from "./discriminator.ts";

const options = {
  stateChannels: 1,
  conditionChannels: 2,
  features: [3, 4, 2],
  padding: ["periodic", "zero"],
} as const;
const network = discriminator(options);

const numbersOf = async (x: Tensor): Promise<readonly number[]> => Array.from(await x.data());

test("names and shapes follow the modules of the network", () => {
  const shapes = discriminatorShapes(options);
  expect(Object.keys(shapes).filter((name) => name.endsWith("conv1.weight"))).toEqual([
    "first.conv1.weight",
    "encoder.0.conv1.weight",
    "encoder.1.conv1.weight",
    "final.conv1.weight",
  ]);
  expect(shapes["first.conv1.weight"]).toEqual([3, 3, 3, 3]);
  expect(shapes["final.skip.weight"]).toEqual([1, 1, 2, 1]);
  const params = network.init(key(1));
  const drawn = Object.entries(params).map(([name, { shape }]) => [name, shape]);
  expect(Object.fromEntries(drawn)).toEqual(shapes);
  dispose(params);
});

test.each<{ name: string; space: readonly number[]; padding: readonly Padding[] }>([
  { name: "a plane", space: [8, 12], padding: ["periodic", "zero"] },
  { name: "a volume", space: [4, 8, 8], padding: ["periodic", "periodic", "reflect"] },
])("$name has a logit per patch, and only the result is left", ({ space, padding }) => {
  const own = discriminator({ ...options, features: [2, 3], padding });
  const before = memory().numTensors;
  const params = own.init(key(1));
  const [y, x] = [2, 1].map((channels) => normalTensor(key(channels), [2, ...space, channels])) as [
    Tensor,
    Tensor,
  ];
  const held = memory().numTensors;
  const logits = own.apply(params, y, x);
  expect(logits.shape).toEqual([2, ...space.map((n) => n / 2), 1]);
  expect(memory().numTensors).toBe(held + 1);
  dispose([params, x, y, logits] as never);
  expect(memory().numTensors).toBe(before);
});

test("every sample is judged by itself, and what it is judged by depends on the condition", async () => {
  const params = network.init(key(1));
  const [y, x] = [2, 1].map((channels) => normalTensor(key(channels), [2, 8, 8, channels])) as [
    Tensor,
    Tensor,
  ];
  const both = await numbersOf(network.apply(params, y, x));
  const second = [y, x].map((each) => slice(each, [1, 0, 0, 0], [1, -1, -1, -1])) as [
    Tensor,
    Tensor,
  ];
  expect(await numbersOf(network.apply(params, ...second))).toBeAllclose(both.slice(4));
  const other = await numbersOf(network.apply(params, zeros(y.shape), x));
  expect(Math.abs((other[0] as number) - (both[0] as number))).toBeGreaterThan(1e-4);
});

test("the gradient by the state is that of differences", async () => {
  const own = discriminator({ ...options, conditionChannels: 0, features: [2, 2] });
  const params = own.init(key(4));
  const x = normalTensor(key(5), [1, 4, 4, 1]);
  const judged = (state: Tensor) => mean(own.apply(params, null, state));
  const gradient = await numbersOf(grad(judged)(x));
  const values = await numbersOf(x);
  const h = 1e-2;
  for (const i of [0, 5, 11]) {
    const moved = [h, -h].map((by) =>
      judged(
        tensor(
          values.map((value, k) => (k === i ? value + by : value)),
          [1, 4, 4, 1],
        ),
      ),
    ) as [Tensor, Tensor];
    const [ahead, behind] = await Promise.all(moved.map(numbersOf));
    expect(gradient[i]).toBeCloseTo(
      ((ahead?.[0] as number) - (behind?.[0] as number)) / (2 * h),
      3,
    );
  }
});

test("fields that cannot be halved, other channels and no levels are refused", () => {
  const params = network.init(key(1));
  const refused = (name: "ArgumentError" | "ShapeError", message: RegExp, body: () => unknown) => {
    try {
      body();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, name)).toBe(true);
      expect((error as Error).message).toMatch(message);
    }
  };
  const [y, x] = [zeros([1, 8, 8, 2]), zeros([1, 8, 8, 1])];
  refused("ShapeError", /cannot halve a field of 6 × 8 points; expected multiples of 4/, () =>
    network.apply(params, zeros([1, 6, 8, 2]), zeros([1, 6, 8, 1])),
  );
  refused("ShapeError", /a condition of 0 and a state of 1 channels on 2 axes/, () =>
    network.apply(params, null, x),
  );
  refused("ShapeError", /a condition of 2 and a state of 2 channels/, () =>
    network.apply(params, y, y),
  );
  refused("ShapeError", /on 3 axes; expected 2 and 1 channels on 2 axes/, () =>
    network.apply(params, zeros([1, 8, 8, 8, 2]), zeros([1, 8, 8, 8, 1])),
  );
  refused("ArgumentError", /lack "first.conv1.weight"/, () => network.apply({}, y, x));
  refused("ArgumentError", /0 levels and 2 paddings/, () =>
    discriminator({ ...options, features: [] }),
  );
});
