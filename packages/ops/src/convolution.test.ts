import { dispose, grads, memory, type Tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { dot, expectAdjoint, field, largestError } from "./adjoint.test.helpers.ts";
import { convolution, convolutionSum, padConvolutionRelu } from "./convolution.ts";
import { pad } from "./pad.ts";

interface Case {
  readonly x: number[];
  readonly kernel: number[];
  readonly out: number;
}
const cases: Case[] = [
  { x: [2, 5, 6, 3], kernel: [3, 3], out: 4 },
  { x: [1, 4, 4, 1], kernel: [1, 1], out: 2 },
  { x: [4, 6, 5, 16], kernel: [3, 3], out: 16 },
  { x: [4, 3, 4, 16], kernel: [1, 1], out: 2 },
  { x: [2, 3, 7, 2], kernel: [3, 2], out: 1 },
  { x: [2, 4, 5, 6, 3], kernel: [3, 3, 3], out: 4 },
  { x: [2, 3, 2, 4, 5], kernel: [1, 1, 1], out: 2 },
  { x: [1, 4, 3, 5, 2], kernel: [2, 1, 3], out: 1 },
];

/** The definition in Float64; a plane is a volume of one level. */
async function naive(x: Tensor, weight: Tensor, bias: Tensor): Promise<Float64Array> {
  const [xs, ws, bs] = [await x.data(), await weight.data(), await bias.data()];
  type Sizes = [number, number, number];
  const [levels, rows, columns] = [1, ...x.shape.slice(1, -1)].slice(-3) as Sizes;
  const [depth, height, width] = [1, ...weight.shape.slice(0, -2)].slice(-3) as Sizes;
  const [inputs, outputs] = weight.shape.slice(-2) as [number, number];
  const [batch] = x.shape as [number];
  const [l, m, n] = [levels - depth + 1, rows - height + 1, columns - width + 1];
  const y = new Float64Array(batch * l * m * n * outputs);
  let k = 0;
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < l; h++)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++)
          for (let o = 0; o < outputs; o++, k++) {
            let total = bs[o] as number;
            for (let d = 0; d < depth; d++)
              for (let p = 0; p < height; p++)
                for (let q = 0; q < width; q++) {
                  const point = ((b * levels + h + d) * rows + i + p) * columns + j + q;
                  const tap = (d * height + p) * width + q;
                  for (let c = 0; c < inputs; c++)
                    total +=
                      (xs[point * inputs + c] as number) *
                      (ws[(tap * inputs + c) * outputs + o] as number);
                }
            y[k] = total;
          }
  return y;
}

const operands = ({ x, kernel, out }: Case): [Tensor, Tensor, Tensor] => [
  field(x, 1),
  field([...kernel, x.at(-1) as number, out], 2),
  field([out], 3),
];

test.each(cases)("convolution is the sum of its definition: $x, $kernel", async (c) => {
  const before = memory().numTensors;
  const [x, weight, bias] = operands(c);
  const expected = await naive(x, weight, bias);
  const y = convolution(x, weight, bias);
  expect(largestError(await y.data(), expected)).toBeLessThan(2e-5);
  const rectified = convolution(x, weight, bias, { relu: true });
  const positive = expected.map((value) => Math.max(value, 0));
  expect(largestError(await rectified.data(), positive)).toBeLessThan(2e-5);
  for (const t of [x, weight, bias, y, rectified]) t.dispose();
  expect(memory().numTensors).toBe(before);
});

test.each(cases)("its gradients are the adjoints in each operand: $x, $kernel", async (c) => {
  const before = memory().numTensors;
  const [x, weight, bias] = operands(c);
  const noBias = zeros([c.out]);
  const y = convolution(x, weight, noBias);
  const dy = field(y.shape, 6);
  const [dx, dweight, dbias] = grads((a, b, d) =>
    convolution(a as Tensor, b as Tensor, d as Tensor),
  )([x, weight, bias], dy) as [Tensor, Tensor, Tensor];
  const cotangent = Array.from(await dy.data());
  const forward = dot(await y.data(), cotangent);
  expect(dot(await x.data(), await dx.data())).toBeCloseTo(forward, 3);
  expect(dot(await weight.data(), await dweight.data())).toBeCloseTo(forward, 3);
  expect(largestError(await dbias.data(), sumsOf(cotangent, c.out))).toBeLessThan(1e-4);
  dispose([x, weight, bias, noBias, y, dy, dx, dweight, dbias]);
  expect(memory().numTensors).toBe(before);
});

const sumsOf = (values: readonly number[], channels: number): number[] =>
  Array.from({ length: channels }, (_, o) =>
    values.reduce((total, value, i) => (i % channels === o ? total + value : total), 0),
  );

test.each(cases)("convolutionSum is two convolutions, gradients too: $x, $kernel", async (c) => {
  const before = memory().numTensors;
  const [x, weight, bias] = operands(c);
  const channels = 3;
  const space = c.kernel.map((size, k) => (c.x[k + 1] as number) - size + 1);
  const skip = field([c.x[0] as number, ...space, channels], 11);
  const skipWeight = field([...c.kernel.map(() => 1), channels, c.out], 12);
  const skipBias = field([c.out], 13);
  const values = [x, weight, bias, skip, skipWeight, skipBias];
  const sum = (...t: Tensor[]): Tensor => {
    const [a, b, d, e, f, g] = t as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    return convolutionSum({ x: a, weight: b, bias: d, skip: e, skipWeight: f, skipBias: g });
  };
  const y = sum(...values);
  const parts = [await naive(x, weight, bias), await naive(skip, skipWeight, skipBias)] as const;
  const expected = parts[0].map((value, i) => value + (parts[1][i] as number));
  expect(largestError(await y.data(), expected)).toBeLessThan(3e-5);

  const dy = field(y.shape, 14);
  const cotangent = Array.from(await dy.data());
  const gradients = grads(sum)(values, dy);
  const biases = [await bias.data(), await skipBias.data()] as const;
  const biasFree = parts.map((part, k) =>
    part.map((value, i) => value - (biases[k as 0 | 1][i % c.out] as number)),
  );
  for (const [k, pair] of [
    [0, 0],
    [1, 0],
    [3, 1],
    [4, 1],
  ] as const) {
    const [value, gradient] = [values[k] as Tensor, gradients[k] as Tensor];
    const product = dot(await value.data(), await gradient.data());
    expect(product).toBeCloseTo(dot(biasFree[pair] as Float64Array, cotangent), 3);
  }
  for (const k of [2, 5]) {
    const gradient = await (gradients[k] as Tensor).data();
    expect(largestError(gradient, sumsOf(cotangent, c.out))).toBeLessThan(1e-4);
  }
  dispose([...values, ...gradients, y, dy]);
  expect(memory().numTensors).toBe(before);
});

test("a bias that both convolutions of a sum share gets both gradients", async () => {
  const [x, weight, bias] = operands(cases[1] as Case);
  const dy = field([1, 4, 4, 2], 5);
  const [dbias] = grads((b) => {
    const shared = b as Tensor;
    return convolutionSum({
      x,
      weight,
      bias: shared,
      skip: x,
      skipWeight: weight,
      skipBias: shared,
    });
  })([bias], dy) as [Tensor];
  const twice = sumsOf(Array.from(await dy.data()), 2).map((value) => 2 * value);
  expect(largestError(await dbias.data(), twice)).toBeLessThan(1e-4);
  for (const t of [x, weight, bias, dy, dbias]) t.dispose();
});

test.each([0, 5])(
  "the gradient passes a relu only where the result is positive: case %i",
  async (k) => {
    const [x, weight, bias] = operands(cases[k] as Case);
    await expectAdjoint((t) => convolution(t, weight, bias, { relu: true }), x);
    await expectAdjoint((t) => convolution(x, t, bias, { relu: true }), weight);
    await expectAdjoint((t) => convolution(x, weight, t, { relu: true }), bias);
    for (const t of [x, weight, bias]) t.dispose();
  },
);

test.each([
  { x: [2, 4, 6, 3], kernel: [3, 3], padding: ["periodic", "zero"] },
  { x: [1, 5, 4, 2], kernel: [3, 3], padding: ["reflect", "periodic"] },
  { x: [1, 3, 4, 5, 2], kernel: [3, 3, 3], padding: ["periodic", "periodic", "zero"] },
] as const)("padConvolutionRelu is pad, then convolution, gradients too: %j", async (c) => {
  const before = memory().numTensors;
  const inputs = operands({ x: [...c.x], kernel: [...c.kernel], out: 4 });
  const padding = { width: 2, padding: c.padding };
  const inOne = (...t: Tensor[]): Tensor => {
    const [a, b, d] = t as [Tensor, Tensor, Tensor];
    return padConvolutionRelu(a, b, d, padding);
  };
  const inTwo = (...t: Tensor[]): Tensor => {
    const [a, b, d] = t as [Tensor, Tensor, Tensor];
    return convolution(pad(a, 2, c.padding), b, d, { relu: true });
  };
  const [one, two] = [inOne(...inputs), tidy(() => inTwo(...inputs))];
  expect(largestError(await one.data(), await two.data())).toBeLessThan(1e-5);
  const dy = field(one.shape, 8);
  const [gradients, expected] = [grads(inOne)(inputs, dy), grads(inTwo)(inputs, dy)];
  for (const [k, gradient] of gradients.entries()) {
    const other = expected[k] as Tensor;
    expect(gradient.shape).toEqual(other.shape);
    expect(largestError(await gradient.data(), await other.data())).toBeLessThan(1e-4);
  }
  dispose([...inputs, one, two, dy, ...gradients, ...expected]);
  expect(memory().numTensors).toBe(before);
});

test("operands that do not fit are an error that says what would", () => {
  const x = field([1, 4, 4, 3], 1);
  const weight = field([3, 3, 2, 5], 2);
  const bias = field([5], 3);
  expect(() => convolution(x, weight, bias)).toThrow("a weight [kh, kw, 3, out]");
  const fitting = field([5, 5, 3, 5], 2);
  expect(() => convolution(x, fitting, bias)).toThrow("pad the field first");
  const small = field([3, 3, 3, 5], 2);
  expect(() =>
    padConvolutionRelu(x, small, bias, { width: 5, padding: ["periodic", "zero"] }),
  ).toThrow("periodic padding by 5 of an axis of 4 cells");
  expect(() =>
    convolutionSum({ x, weight: small, bias, skip: x, skipWeight: fitting, skipBias: bias }),
  ).toThrow("pad the field first");
  const single = field([1, 1, 3, 5], 4);
  expect(() =>
    convolutionSum({ x, weight: small, bias, skip: x, skipWeight: single, skipBias: bias }),
  ).toThrow("results [1,2,2,5] and [1,4,4,5]");
  const volume = field([1, 4, 4, 4, 3], 1);
  expect(() => convolution(volume, small, bias)).toThrow("a weight [kd, kh, kw, 3, out]");
  for (const t of [x, weight, bias, fitting, small, single, volume]) t.dispose();
});
