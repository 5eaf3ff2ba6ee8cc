import {
  add,
  dispose,
  grad,
  grads,
  memory,
  mul,
  square,
  sum,
  type Tensor,
  tensor,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { dot, field, largestError, values } from "./adjoint.test.helpers.ts";
import { inverseRealFft, realFft } from "./real-fft.ts";

const spaces = [[8], [7], [1], [2], [6, 5], [5, 8], [4, 6, 10], [3, 2, 5]].map((space) => ({
  space,
}));

/** The half of the last spatial axis, and the shape of the spectrum. */
const spectrumShape = ([batch, ...rest]: number[]): number[] => {
  const [length, channels] = rest.splice(-2) as [number, number];
  return [batch as number, ...rest, Math.floor(length / 2) + 1, channels];
};

/** All index tuples of a shape, row-major. */
const indices = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>(
    (all, n) => all.flatMap((head) => Array.from({ length: n }, (_, i) => [...head, i])),
    [[]],
  );

/** The definition in Float64, term by term. */
function naive(x: ArrayLike<number>, shape: number[]): { re: number[]; im: number[] } {
  const [batch, ...space] = shape as [number, ...number[]];
  const channels = space.pop() as number;
  const cells = indices(space);
  const halves = [...space.slice(0, -1), Math.floor((space.at(-1) as number) / 2) + 1];
  const re: number[] = [];
  const im: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (const k of indices(halves)) {
      for (let c = 0; c < channels; c++) {
        let [real, imaginary] = [0, 0];
        for (const [i, j] of cells.entries()) {
          const turns = j.reduce(
            (total, at, a) => total + (at * (k[a] as number)) / (space[a] as number),
            0,
          );
          const value = x[(b * cells.length + i) * channels + c] as number;
          real += value * Math.cos(2 * Math.PI * turns);
          imaginary -= value * Math.sin(2 * Math.PI * turns);
        }
        re.push(real);
        im.push(imaginary);
      }
    }
  }
  return { re, im };
}

test.each(spaces)(
  "realFft is the sum of its definition, and inverseRealFft undoes it: $space",
  async ({ space }) => {
    const before = memory().numTensors;
    const shape = [2, ...space, 3];
    const x = field(shape, 1);
    const spectrum = realFft(x);
    expect(spectrum.re.shape).toEqual(spectrumShape(shape));
    const expected = naive(await x.data(), shape);
    expect(largestError(await spectrum.re.data(), expected.re)).toBeLessThan(5e-5);
    expect(largestError(await spectrum.im.data(), expected.im)).toBeLessThan(5e-5);
    const back = inverseRealFft(spectrum, shape.at(-2) as number);
    expect(back.shape).toEqual(shape);
    expect(largestError(await back.data(), await x.data())).toBeLessThan(2e-6);
    dispose([x, spectrum.re, spectrum.im, back]);
    expect(memory().numTensors).toBe(before);
  },
);

test("the transform of a cosine is N/2 at its wavenumber", async () => {
  const [ny, nx] = [6, 8];
  const wave = indices([ny, nx]).map(([j, i]) =>
    Math.cos(2 * Math.PI * ((2 * (j as number)) / ny + (3 * (i as number)) / nx)),
  );
  const x = tensor(wave, [1, ny, nx, 1]);
  const { re, im } = realFft(x);
  const expected = indices([ny, nx / 2 + 1]).map(([j, i]) =>
    j === 2 && i === 3 ? (ny * nx) / 2 : 0,
  );
  expect(largestError(await re.data(), expected)).toBeLessThan(2e-5);
  expect(
    largestError(
      await im.data(),
      expected.map(() => 0),
    ),
  ).toBeLessThan(2e-5);
  dispose([x, re, im]);
});

test("Parseval: the energy of the half spectrum, inner wavenumbers twice, is N times the field's", async () => {
  const space = [4, 6, 5];
  const x = field([1, ...space, 2], 3);
  const { re, im } = realFft(x);
  const [reals, imaginaries] = [await re.data(), await im.data()];
  const energy = Array.from(reals, (value, i) => {
    // One of two channels of three wavenumbers, of which only the first is its own conjugate.
    const isOwnConjugate = Math.floor(i / 2) % 3 === 0;
    return (isOwnConjugate ? 1 : 2) * (value ** 2 + (imaginaries[i] as number) ** 2);
  }).reduce((total, value) => total + value);
  const own = await x.data();
  expect(energy / (120 * dot(own, own))).toBeCloseTo(1, 5);
  dispose([x, re, im]);
});

test.each(spaces)("the gradients are the adjoints of linear maps: $space", async ({ space }) => {
  const before = memory().numTensors;
  const shape = [2, ...space, 3];
  const length = shape.at(-2) as number;
  const x = field(shape, 1);
  const [u, v] = [field(spectrumShape(shape), 2), field(spectrumShape(shape), 3)] as [
    Tensor,
    Tensor,
  ];
  const pairing = (t: Tensor): Tensor => {
    const { re, im } = realFft(t);
    return add(sum(mul(u, re)), sum(mul(v, im)));
  };
  const dx = grad(pairing)(x);
  const { re, im } = realFft(x);
  const forward = dot(await u.data(), await re.data()) + dot(await v.data(), await im.data());
  expect(dot(await dx.data(), await x.data())).toBeCloseTo(forward, 3);

  const back = (a: Tensor, b: Tensor): Tensor => inverseRealFft({ re: a, im: b }, length);
  const [du, dv] = grads(back as (...args: Tensor[]) => Tensor)([u, v], x) as [Tensor, Tensor];
  const y = back(u, v);
  const product = dot(await du.data(), await u.data()) + dot(await dv.data(), await v.data());
  expect(product).toBeCloseTo(dot(await y.data(), await x.data()), 4);
  dispose([x, u, v, dx, re, im, du, dv, y]);
  expect(memory().numTensors).toBe(before);
});

test("one part alone has a gradient, and a gradient of that", async () => {
  const x = field([1, 6, 1], 1);
  const energy = (t: Tensor): Tensor => sum(square(realFft(t).re));
  const dx = grad(energy)(x);
  const expected = naive(await x.data(), [1, 6, 1]).re;
  const sums = Array.from({ length: 6 }, (_, j) =>
    expected.reduce((total, re, k) => total + 2 * re * Math.cos((2 * Math.PI * j * k) / 6), 0),
  );
  expect(largestError(await dx.data(), sums)).toBeLessThan(2e-5);
  const direction = values(6, 5);
  const second = grad((t) => sum(mul(grad(energy)(t), tensor(direction, [1, 6, 1]))))(x);
  const image = naive(direction, [1, 6, 1]).re;
  const curvature = Array.from({ length: 6 }, (_, j) =>
    image.reduce((total, re, k) => total + 2 * re * Math.cos((2 * Math.PI * j * k) / 6), 0),
  );
  expect(largestError(await second.data(), curvature)).toBeLessThan(2e-5);
  dispose([x, dx, second]);
});

test("what no real field has is ignored, and parts that do not fit are refused", async () => {
  const [re, im] = [tensor([1, 0, 0], [1, 3, 1]), tensor([5, 0, 7], [1, 3, 1])];
  const y = inverseRealFft({ re, im }, 4);
  expect(largestError(await y.data(), [0.25, 0.25, 0.25, 0.25])).toBeLessThan(1e-6);
  expect(() => inverseRealFft({ re, im }, 6)).toThrow("the last of 4 wavenumbers");
  const other = field([1, 3, 2], 1);
  expect(() => inverseRealFft({ re, im: other }, 4)).toThrow("parts [1,3,1] and [1,3,2]");
  const flat = field([3, 2], 1);
  expect(() => realFft(flat)).toThrow("one to three spatial axes");
  dispose([re, im, y, other, flat]);
});
