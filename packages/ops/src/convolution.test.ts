import { dispose, grads, memory, type Tensor, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { dot, expectAdjoint, field, largestError } from "./adjoint.test.helpers.ts";
import { convolution } from "./convolution.ts";

interface Case {
  readonly x: number[];
  readonly kernel: [number, number];
  readonly out: number;
}
const cases: Case[] = [
  { x: [2, 5, 6, 3], kernel: [3, 3], out: 4 },
  { x: [1, 4, 4, 1], kernel: [1, 1], out: 2 },
  { x: [4, 6, 5, 16], kernel: [3, 3], out: 16 },
  { x: [4, 3, 4, 16], kernel: [1, 1], out: 2 },
  { x: [2, 3, 7, 2], kernel: [3, 2], out: 1 },
];

async function naive(x: Tensor, weight: Tensor, bias: Tensor): Promise<Float64Array> {
  const [xs, ws, bs] = [await x.data(), await weight.data(), await bias.data()];
  const [batch, rows, columns, inputs] = x.shape as [number, number, number, number];
  const [height, width, , outputs] = weight.shape as [number, number, number, number];
  const [m, n] = [rows - height + 1, columns - width + 1];
  const y = new Float64Array(batch * m * n * outputs);
  let k = 0;
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++)
        for (let o = 0; o < outputs; o++, k++) {
          let total = bs[o] as number;
          for (let p = 0; p < height; p++)
            for (let q = 0; q < width; q++)
              for (let c = 0; c < inputs; c++)
                total +=
                  (xs[((b * rows + i + p) * columns + j + q) * inputs + c] as number) *
                  (ws[((p * width + q) * inputs + c) * outputs + o] as number);
          y[k] = total;
        }
  return y;
}

const operands = ({ x, kernel, out }: Case): [Tensor, Tensor, Tensor] => [
  field(x, 1),
  field([...kernel, x[3] as number, out], 2),
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
  const residual = field(y.shape, 4);
  const added = convolution(x, weight, bias, { residual });
  const sums = (await residual.data()).map((value, i) => value + (expected[i] as number));
  expect(largestError(await added.data(), sums)).toBeLessThan(2e-5);
  for (const t of [x, weight, bias, y, rectified, residual, added]) t.dispose();
  expect(memory().numTensors).toBe(before);
});

test.each(cases)("its gradients are the adjoints in each operand: $x, $kernel", async (c) => {
  const before = memory().numTensors;
  const [x, weight, bias] = operands(c);
  const noBias = zeros([c.out]);
  const y = convolution(x, weight, noBias);
  const dy = field(y.shape, 6);
  const residual = field(y.shape, 7);
  const [dx, dweight, dbias, dresidual] = grads((a, b, d, r) =>
    convolution(a as Tensor, b as Tensor, d as Tensor, { residual: r as Tensor }),
  )([x, weight, bias, residual], dy) as [Tensor, Tensor, Tensor, Tensor];
  const cotangent = Array.from(await dy.data());
  const forward = dot(await y.data(), cotangent);
  expect(dot(await x.data(), await dx.data())).toBeCloseTo(forward, 3);
  expect(dot(await weight.data(), await dweight.data())).toBeCloseTo(forward, 3);
  const sums = Array.from({ length: c.out }, (_, o) =>
    cotangent.reduce((total, value, i) => (i % c.out === o ? total + value : total), 0),
  );
  expect(largestError(await dbias.data(), sums)).toBeLessThan(1e-4);
  expect(Array.from(await dresidual.data())).toEqual(cotangent);
  dispose([x, weight, bias, noBias, y, dy, residual, dx, dweight, dbias, dresidual]);
  expect(memory().numTensors).toBe(before);
});

test("the gradient passes a relu only where the result is positive", async () => {
  const [x, weight, bias] = operands(cases[0] as Case);
  await expectAdjoint((t) => convolution(t, weight, bias, { relu: true }), x);
  await expectAdjoint((t) => convolution(x, t, bias, { relu: true }), weight);
  await expectAdjoint((t) => convolution(x, weight, t, { relu: true }), bias);
  for (const t of [x, weight, bias]) t.dispose();
});

test("operands that do not fit are an error that says what would", () => {
  const x = field([1, 4, 4, 3], 1);
  const weight = field([3, 3, 2, 5], 2);
  const bias = field([5], 3);
  expect(() => convolution(x, weight, bias)).toThrow("a weight [kh, kw, 3, out]");
  const fitting = field([5, 5, 3, 5], 2);
  expect(() => convolution(x, fitting, bias)).toThrow("pad the field first");
  const small = field([3, 3, 3, 5], 2);
  const residual = field([1, 4, 4, 5], 4);
  expect(() => convolution(x, small, bias, { residual })).toThrow("a residual [1,2,2,5]");
  for (const t of [x, weight, bias, fitting, small, residual]) t.dispose();
});
