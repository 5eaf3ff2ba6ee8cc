import { adamStep, convolution } from "@eddyflow/ops";
import {
  dispose,
  fill,
  grads,
  mean,
  ones,
  sum,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

// Adding up one number after the other in single precision is off by a part in a thousand here. Equal numbers are the
// worst: every rounding goes the same way.
const backend = process.env["EDDYFLOW_BACKEND"];
// JavaScript is slow, and WebGPU may run in software.
const isSlow = backend === "webgpu" || backend === "cpu";
const count = isSlow ? 1_000_020 : 10_000_020;
const bound = 2e-6;
const value = Math.fround(0.1);

const numbers = Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1013) / 1013);

/** The sums of `numbers` in float64, by the entry of the result that each belongs to. */
function sumsInDouble(size: number, entryOf: (i: number) => number): Float64Array {
  const sums = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    const entry = entryOf(i);
    sums[entry] = (sums[entry] as number) + (numbers[i] as number);
  }
  return sums;
}

async function expectClose(
  actual: Tensor,
  expected: ArrayLike<number>,
  tolerance = bound,
): Promise<void> {
  const found = await actual.data();
  expect(found).toHaveLength(expected.length);
  for (const [i, x] of found.entries()) {
    expect(Math.abs(x / (expected[i] as number) - 1)).toBeLessThan(tolerance);
  }
  actual.dispose();
}

const slow = { tags: ["slow"] };

test("the mean and the sum of 2²⁵ ones are right", slow, async () => {
  // In single precision 2²⁴ and one more are 2²⁴.
  const size = backend === "webgpu" ? 2 ** 20 : 2 ** 25;
  const x = ones([size]);
  await expectClose(mean(x), [1]);
  await expectClose(sum(x), [size]);
  x.dispose();
});

test.each([
  ["all", [count], [0], 1, () => 0],
  ["rows", [12, count / 12], [1], 12, (i: number) => Math.floor((12 * i) / count)],
  // TensorFlow's own add up one row after the other; none of our packages asks it to.
  ...(backend === "tensorflow"
    ? []
    : ([
        ["columns", [count / 12, 12], [0], 12, (i: number) => i % 12],
        [
          "the axes in the middle",
          [4, 5, count / 60, 3],
          [1, 2],
          12,
          (i: number) => 3 * Math.floor((4 * i) / count) + (i % 3),
        ],
      ] as const)),
] as const)(
  "a sum and a mean over %s keep their digits",
  slow,
  async (_, shape, axes, size, entryOf) => {
    const expected = sumsInDouble(size, entryOf);
    const x = tensor(numbers, [...shape], "float32");
    await expectClose(sum(x, [...axes]), expected);
    await expectClose(
      mean(x, [...axes]),
      expected.map((total) => (total * size) / count),
    );
    x.dispose();
    const equal = fill([...shape], value);
    await expectClose(sum(equal, [...axes]), new Array(size).fill((value * count) / size));
    await expectClose(mean(equal, [...axes]), new Array(size).fill(value));
    equal.dispose();
  },
);

test("the global norm of long gradients keeps its digits", slow, async () => {
  const gradients = { a: fill([count], value), b: fill([count], value) };
  const zeroed = () => ({ a: zeros([count]), b: zeros([count]) });
  const state = { params: zeroed(), gradients, first: zeroed(), second: zeroed() };
  const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 };
  const { params, first, second, norm, skipped } = adamStep({ ...state, ...settings });
  await expectClose(norm, [value * Math.sqrt(2 * count)]);
  for (const set of [params, first, second]) dispose({ ...set });
  skipped.dispose();
});

test.each([
  ["1 × 1", 1],
  ["2 × 2", 2],
  ["3 × 3", 3],
])(
  "the gradients of a %s convolution's weight and bias add up a large field",
  slow,
  async (_, size) => {
    const [rows, columns, channels] = [1000, isSlow ? 102 : 1002, 3];
    const field = fill([1, rows, columns, channels], value);
    const weight = zeros([size, size, channels, channels]);
    const bias = zeros([channels]);
    const dy = fill([1, rows - size + 1, columns - size + 1, channels], value);
    const points = (rows - size + 1) * (columns - size + 1);
    const [dWeight, dBias] = tidy(() =>
      grads((w: Tensor, b: Tensor) => convolution(field as never, w as never, b as never))(
        [weight, bias],
        dy,
      ),
    ) as [Tensor, Tensor];
    await expectClose(dBias, new Array(channels).fill(points * value));
    // Elsewhere the products of a weight's gradient are TensorFlow's, which adds them up one after the other.
    if (backend === "wasm") {
      await expectClose(dWeight, new Array(weight.size).fill(points * value * value), 2e-5);
    }
    dispose([field, weight, bias, dy, dWeight]);
  },
);
