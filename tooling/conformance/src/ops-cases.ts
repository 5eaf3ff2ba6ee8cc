import type { Boundary, Padding } from "@eddyflow/core";
import {
  adamStep,
  averageStep,
  centralDifference,
  concatenateChannels,
  convolution,
  convolutionSum,
  denormalise,
  forwardDifference,
  inverseRealFft,
  maxPool,
  normalise,
  pad,
  padConvolutionRelu,
  perSample,
  realFft,
  relu,
  toFullPrecision,
  toLowPrecision,
  upsample,
} from "@eddyflow/ops";
import { clone, grad, square, sum, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import type { Case } from "./case.ts";
import { build, given, type NdArray, random } from "./nd-array.ts";
import {
  concatenated,
  convolved,
  differenced,
  elementwise,
  forwardDifferenced,
  fourierTransformed,
  inverseFourierTransformed,
  maxPooled,
  maxPooledGradient,
  padded,
  total,
  upsampled,
} from "./references.ts";

const ops = (one: Omit<Case, "group">): Case => ({ group: "ops", ...one });

const modes: readonly Padding[] = ["periodic", "zero", "reflect"];

/** f(x) = ∂/∂x Σ op(x)², so that its gradient needs the gradient of the gradient; op is linear. */
function twice(
  operation: string,
  name: string,
  x: NdArray,
  op: (x: Tensor) => Tensor,
  reference: (x: NdArray) => NdArray,
): Case {
  // The columns of its matrix J, found at the first call: each costs an evaluation of the definition.
  let columns: readonly Float64Array[] | undefined;
  const columnsOf = ({ shape, data }: NdArray): readonly Float64Array[] =>
    Array.from(data, (_, i) => {
      const unit = new Float64Array(data.length);
      unit[i] = 1;
      return reference({ shape, data: unit }).data;
    });
  return ops({
    operation,
    name: `${name}, gradient of the gradient`,
    inputs: [x],
    run: (t) => grad((z: Tensor) => sum(square(op(z))))(t as Tensor),
    // 2 Jᵀ J x.
    reference: ({ shape, data }) => {
      columns ??= columnsOf({ shape, data });
      const y = new Float64Array(columns[0]?.length ?? 0);
      for (const [i, column] of columns.entries()) {
        for (let k = 0; k < y.length; k++) {
          y[k] = (y[k] as number) + (column[k] as number) * (data[i] as number);
        }
      }
      const product = columns.map((column) =>
        column.reduce((all, v, k) => all + v * (y[k] as number), 0),
      );
      return { shape, data: Float64Array.from(product, (value) => 2 * value) };
    },
    gradient: "numeric",
  });
}

const padCase = (shape: readonly number[], width: number, padding: readonly Padding[]): Case =>
  ops({
    operation: "pad",
    name: `[${shape}] by ${width}, ${padding.join(" ")}`,
    inputs: [random(shape, 1)],
    run: (x) => pad(x as Tensor, width, padding),
    reference: (x) => padded(x as NdArray, width, padding),
    gradient: "numeric",
  });

const pairs = modes.flatMap((a) => modes.map((b) => [a, b] as const));

const padCases: Case[] = [
  ...pairs.map((padding) => padCase([2, 5, 7, 3], 2, padding)),
  padCase([1, 4, 4, 1], 0, ["periodic", "zero"]),
  // More than half the axis, and all of it: the borders overlap.
  padCase([2, 3, 4, 2], 2, ["periodic", "periodic"]),
  padCase([2, 3, 3, 2], 3, ["periodic", "periodic"]),
  padCase([1, 4, 5, 2], 3, ["reflect", "reflect"]),
  padCase([1, 1, 1, 3], 1, ["periodic", "zero"]),
  padCase([1, 2, 3, 1], 1, ["reflect", "periodic"]),
  ...modes.map((mode) => padCase([2, 3, 5, 4, 2], 2, [mode, "zero", "periodic"])),
  ...modes.map((mode) => padCase([1, 4, 3, 3, 3], 1, ["periodic", mode, mode])),
  padCase([1, 2, 2, 3, 2], 2, ["periodic", "periodic", "periodic"]),
  padCase([1, 3, 4, 4, 1], 2, ["reflect", "reflect", "reflect"]),
  padCase([1, 4, 8, 8, 17], 2, ["periodic", "periodic", "zero"]),
  padCase([1, 9, 6, 17], 2, ["periodic", "periodic"]),
  padCase([3, 16, 16, 33], 2, ["zero", "periodic"]),
  twice(
    "pad",
    "[1,4,3,2] by 2",
    random([1, 4, 3, 2], 3),
    (x) => pad(x, 2, ["periodic", "reflect"]),
    (x) => padded(x, 2, ["periodic", "reflect"]),
  ),
  ops({
    operation: "pad",
    name: "NaN and infinities stay where they are",
    inputs: [given([1, 2, 3, 1], [Number.NaN, 1, 2, Infinity, -3, -Infinity])],
    run: (x) => pad(x as Tensor, 1, ["periodic", "zero"]),
    reference: (x) => padded(x as NdArray, 1, ["periodic", "zero"]),
    gradient: "none",
  }),
];

interface ConvolutionShape {
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly outputs: number;
  readonly scale?: number;
}

function convolutionCases({ x, kernel, outputs, scale = 1 }: ConvolutionShape): Case[] {
  const channels = x.at(-1) as number;
  const field = random(x, 11, { scale });
  const weight = random([...kernel, channels, outputs], 12);
  const bias = random([outputs], 13, { scale });
  const plain = convolved(field, weight, bias);
  // A skip connection as in a residual block: a kernel of one cell.
  const skip = random(plain.shape.with(-1, 3), 14, { scale });
  const skipWeight = random([...kernel.map(() => 1), 3, outputs], 15);
  const skipBias = random([outputs], 16, { scale });
  const name = `[${x}] ∗ [${weight.shape}]${scale === 1 ? "" : `, values about ${scale}`}`;
  const rectify = (y: NdArray) => elementwise((v) => Math.max(v, 0), y);
  // Entries so near 0 that rounding decides about their sign would have no gradient to compare.
  const margin = plain.data.every((v) => Math.abs(v) > 1e-4 * scale);
  return [
    ops({
      operation: "convolution",
      name,
      inputs: [field, weight, bias],
      run: (a, b, c) => convolution(a as Tensor, b as Tensor, c as Tensor),
      reference: (a, b, c) => convolved(a as NdArray, b as NdArray, c as NdArray),
      gradient: "numeric",
    }),
    ops({
      operation: "convolutionSum",
      name: `${name} + [${skip.shape}] ∗ [${skipWeight.shape}]`,
      inputs: [field, weight, bias, skip, skipWeight, skipBias],
      run: (...xs) => {
        const [a, b, c, d, e, f] = xs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
        return convolutionSum({ x: a, weight: b, bias: c, skip: d, skipWeight: e, skipBias: f });
      },
      reference: (...xs) => {
        const [a, b, c, d, e, f] = xs as [NdArray, NdArray, NdArray, NdArray, NdArray, NdArray];
        return elementwise((u, v) => u + v, convolved(a, b, c), convolved(d, e, f));
      },
      gradient: "numeric",
    }),
    ops({
      operation: "convolution",
      name: `${name}, relu`,
      inputs: [field, weight, bias],
      run: (a, b, c) => convolution(a as Tensor, b as Tensor, c as Tensor, { relu: true }),
      reference: (a, b, c) => rectify(convolved(a as NdArray, b as NdArray, c as NdArray)),
      gradient: margin ? "numeric" : "none",
    }),
  ];
}

function padConvolutionCase(
  { x, kernel, outputs }: ConvolutionShape,
  padding: readonly Padding[],
): Case {
  const field = random(x, 17);
  const weight = random([...kernel, x.at(-1) as number, outputs], 18);
  const bias = random([outputs], 19);
  const linear = convolved(padded(field, 2, padding), weight, bias);
  return ops({
    operation: "padConvolutionRelu",
    name: `[${x}] by 2, ${padding.join(", ")}, ∗ [${weight.shape}]`,
    inputs: [field, weight, bias],
    run: (a, b, c) =>
      padConvolutionRelu(a as Tensor, b as Tensor, c as Tensor, { width: 2, padding }),
    reference: (a, b, c) =>
      elementwise(
        (v) => Math.max(v, 0),
        convolved(padded(a as NdArray, 2, padding), b as NdArray, c as NdArray),
      ),
    gradient: linear.data.every((v) => Math.abs(v) > 1e-4) ? "numeric" : "none",
  });
}

const convolutionShapes: readonly ConvolutionShape[] = [
  { x: [2, 5, 7, 3], kernel: [3, 3], outputs: 4 },
  { x: [1, 3, 3, 1], kernel: [3, 3], outputs: 1 },
  { x: [3, 4, 6, 2], kernel: [1, 1], outputs: 5 },
  { x: [1, 6, 5, 2], kernel: [5, 3], outputs: 2 },
  { x: [2, 4, 4, 3], kernel: [2, 2], outputs: 1 },
  { x: [2, 8, 9, 17], kernel: [3, 3], outputs: 19 },
  { x: [1, 12, 12, 64], kernel: [3, 3], outputs: 8 },
  { x: [2, 4, 3, 5, 2], kernel: [3, 3, 3], outputs: 3 },
  { x: [1, 3, 3, 3, 1], kernel: [3, 3, 3], outputs: 1 },
  { x: [2, 2, 4, 3, 3], kernel: [1, 1, 1], outputs: 2 },
  { x: [1, 4, 3, 5, 2], kernel: [2, 3, 1], outputs: 2 },
  { x: [1, 5, 6, 5, 17], kernel: [3, 3, 3], outputs: 9 },
  { x: [2, 4, 5, 2], kernel: [3, 3], outputs: 3, scale: 1e-20 },
  { x: [2, 4, 5, 2], kernel: [3, 3], outputs: 3, scale: 1e20 },
];

const poolCase = (name: string, x: NdArray): Case =>
  ops({
    operation: "maxPool",
    name,
    inputs: [x],
    run: (t) => maxPool(t as Tensor),
    reference: (z) => maxPooled(z as NdArray),
    gradient: (dy, z) => [maxPooledGradient(dy, z as NdArray)],
  });

const poolCases: Case[] = [
  poolCase("[2,4,6,3]", random([2, 4, 6, 3], 21)),
  poolCase("[1,2,2,1]", random([1, 2, 2, 1], 22)),
  poolCase("[3,10,6,17]", random([3, 10, 6, 17], 23)),
  poolCase("[2,4,2,6,3]", random([2, 4, 2, 6, 3], 27)),
  poolCase("[1,2,2,2,17], negative values", random([1, 2, 2, 2, 17], 28, { offset: -3 })),
  poolCase("[1,2,4,2,1], all values equal", given([1, 2, 4, 2, 1], Array(16).fill(-1))),
  poolCase("negative values", random([2, 6, 4, 3], 24, { offset: -3 })),
  poolCase("tiny negative values", random([2, 4, 4, 2], 25, { scale: 1e-30, offset: -2e-30 })),
  poolCase("large values", random([2, 4, 4, 2], 26, { scale: 1e30 })),
  poolCase("all values equal", given([2, 4, 4, 2], Array(64).fill(-1))),
  poolCase("ties in the first and last row", given([1, 2, 4, 1], [1, 3, -2, -2, 3, 0, -2, -2])),
  poolCase("infinities", given([1, 2, 4, 1], [1, Infinity, -Infinity, -5, 3, 0, -Infinity, -6])),
];

const upsampleCase = (shape: readonly number[]): Case =>
  ops({
    operation: "upsample",
    name: `[${shape}]`,
    inputs: [random(shape, 31)],
    run: (x) => upsample(x as Tensor),
    reference: (x) => upsampled(x as NdArray),
    gradient: "numeric",
  });

const upsampleCases: Case[] = [
  upsampleCase([2, 3, 5, 3]),
  upsampleCase([1, 1, 1, 1]),
  upsampleCase([3, 5, 4, 19]),
  upsampleCase([2, 3, 2, 5, 3]),
  upsampleCase([1, 1, 1, 1, 1]),
  twice("upsample", "[1,2,1,3,2]", random([1, 2, 1, 3, 2], 33), upsample, upsampled),
  twice("upsample", "[2,2,3,2]", random([2, 2, 3, 2], 32), upsample, upsampled),
];

const central = {
  ...{ operation: "centralDifference", seed: 41 },
  ...{ run: centralDifference, reference: differenced },
};
const forward = {
  ...{ operation: "forwardDifference", seed: 43 },
  ...{ run: forwardDifference, reference: forwardDifferenced },
};

const differenceCase = (
  { operation, seed, run, reference }: typeof central,
  shape: readonly number[],
  axis: number,
  boundary: Boundary,
): Case =>
  ops({
    operation,
    name: `[${shape}] along ${axis}, ${boundary}`,
    inputs: [random(shape, seed)],
    run: (x) => run(x as Tensor, axis, boundary),
    reference: (x) => reference(x as NdArray, axis, boundary),
    gradient: "numeric",
  });

const boundaries: readonly Boundary[] = ["periodic", "wall"];
const differenceCases: Case[] = boundaries.flatMap((boundary) => [
  differenceCase(central, [2, 5, 7, 3], 1, boundary),
  differenceCase(central, [2, 5, 7, 3], 2, boundary),
  differenceCase(central, [1, 2, 3, 1], 1, boundary),
  differenceCase(central, [1, 3, 2, 1], 2, boundary),
  differenceCase(central, [2, 3, 4, 5, 2], 1, boundary),
  differenceCase(central, [2, 3, 4, 5, 2], 2, boundary),
  differenceCase(central, [2, 3, 4, 5, 2], 3, boundary),
  differenceCase(forward, [2, 5, 7, 3], 1, boundary),
  differenceCase(forward, [1, 3, 2, 1], 2, boundary),
  differenceCase(forward, [2, 3, 4, 5, 2], 3, boundary),
  twice(
    "centralDifference",
    `[2,4,3,1], ${boundary}`,
    random([2, 4, 3, 1], 42),
    (x) => centralDifference(x, 1, boundary),
    (x) => differenced(x, 1, boundary),
  ),
]);

const fourierCases: Case[] = [
  [2, 8, 3],
  [1, 7, 1],
  [2, 1, 2],
  [2, 6, 5, 3],
  [1, 5, 8, 2],
  [2, 2, 3, 4, 2],
  [1, 4, 2, 5, 1],
].flatMap((shape) => {
  const length = shape.at(-2) as number;
  const [re, im] = fourierTransformed(random(shape, 45));
  // Any numbers, also such as no real field has.
  const spectrum = [random(re.shape, 46), random(im.shape, 47)];
  const half = (x: Tensor): Tensor => {
    const parts = realFft(x);
    parts.re.dispose();
    return parts.im;
  };
  return [
    ops({
      operation: "realFft",
      name: `[${shape}]`,
      inputs: [random(shape, 45)],
      // Both parts in one result, so that its gradient can be taken.
      run: (x) =>
        tidy(() => {
          const parts = realFft(x as Tensor);
          return concatenateChannels([parts.re, parts.im]);
        }),
      reference: (x) => concatenated(fourierTransformed(x as NdArray), -1),
      gradient: "numeric",
    }),
    ops({
      operation: "inverseRealFft",
      name: `[${re.shape}] to ${length}`,
      inputs: spectrum,
      run: (a, b) => inverseRealFft({ re: a as Tensor, im: b as Tensor }, length),
      reference: (a, b) => inverseFourierTransformed(a as NdArray, b as NdArray, length),
      gradient: "numeric",
    }),
    twice("realFft", `[${shape}]`, random(shape, 48), half, (x) => fourierTransformed(x)[1]),
  ];
});

const reluCase = (name: string, x: NdArray, smooth = true): Case =>
  ops({
    operation: "relu",
    name,
    inputs: [x],
    run: (t) => relu(t as Tensor),
    reference: (z) => elementwise((v) => Math.max(v, 0), z as NdArray),
    gradient: smooth
      ? "numeric"
      : (dy, z) => [elementwise((d, v) => (v > 0 ? d : 0), dy, z as NdArray)],
  });

const reluCases: Case[] = [
  ...[[5], [3, 4], [2, 3, 4], [2, 3, 5, 3], [2, 3, 2, 3, 2]].map((shape) =>
    reluCase(`[${shape}]`, random(shape, 51)),
  ),
  reluCase("zeros and negative zeros", given([6], [0, -0, 1, -1, 0, 2]), false),
  reluCase("tiny and large values", given([4], [1e-30, -1e-30, 1e30, -1e30]), false),
  reluCase("infinities", given([3], [Infinity, -Infinity, 1]), false),
];

const concatenateCases: Case[] = [
  [[2, 3, 5, 3]],
  [
    [2, 3, 5, 3],
    [2, 3, 5, 1],
  ],
  [
    [1, 4, 4, 2],
    [1, 4, 4, 17],
    [1, 4, 4, 1],
  ],
  [
    [2, 2, 3, 2, 2],
    [2, 2, 3, 2, 3],
  ],
].map((shapes) =>
  ops({
    operation: "concatenateChannels",
    name: shapes.map((shape) => `[${shape}]`).join(" "),
    inputs: shapes.map((shape, i) => random(shape, 61 + i)),
    run: (...xs) => concatenateChannels(xs),
    reference: (...xs) => concatenated(xs, -1),
    gradient: "numeric",
  }),
);

const perSampleCases: Case[] = [[3], [3, 2], [3, 1, 5, 2], [3, 2, 1, 4, 2]].map((shape) =>
  ops({
    operation: "perSample",
    name: `[${shape}]`,
    inputs: [random([3], 79), random(shape, 80)],
    run: (numbers, x) => perSample(numbers as Tensor1D, x as Tensor),
    reference: (numbers) => ({
      shape: [3, ...shape.slice(1).map(() => 1)],
      data: (numbers as NdArray).data,
    }),
    gradient: "numeric",
    by: [0],
  }),
);

const squares = (values: readonly number[]): number => total(values.map((v) => v * v));

const normalisation = {
  channels: ["u", "v", "p"],
  mean: [1.5, -200, 0.001],
  std: [0.25, 30, 4e-4],
};
const perChannel = (values: readonly number[]) => given([values.length], values);
const normaliseCases: Case[] = [
  [2, 3, 5, 3],
  [2, 3, 2, 3, 3],
].flatMap((shape) => [
  ops({
    operation: "normalise",
    name: `[${shape}]`,
    inputs: [random(shape, 81, { scale: 10 })],
    run: (x) => normalise(x as Tensor, normalisation),
    reference: (x) =>
      elementwise(
        (v, mean, std) => (v - mean) / std,
        x as NdArray,
        perChannel(normalisation.mean),
        perChannel(normalisation.std),
      ),
    gradient: "numeric",
  }),
  ops({
    operation: "denormalise",
    name: `[${shape}]`,
    inputs: [random(shape, 82)],
    run: (x) => denormalise(x as Tensor, normalisation),
    reference: (x) =>
      elementwise(
        (v, mean, std) => v * std + mean,
        x as NdArray,
        perChannel(normalisation.mean),
        perChannel(normalisation.std),
      ),
    gradient: "numeric",
  }),
]);

const adam = { learningRate: 0.03, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Adam for a weight `[3, 2, 2]` and a bias `[2]`, whose gradients are multiplied by `factor`. */
function adamCase(
  name: string,
  { step = 3, clipNorm = Infinity, factor = 1, start = false, gradient = [] as number[] },
): Case {
  const shapes = [[3, 2, 2], [2]];
  const inputs = shapes.flatMap((shape, i) => {
    const g = random(shape, 95 + i, { scale: factor });
    gradient.forEach((value, k) => {
      if (i === 1) g.data[k] = Math.fround(value);
    });
    const zero = build(shape, () => 0);
    return [
      random(shape, 91 + i),
      g,
      start ? zero : random(shape, 97 + i, { scale: 0.1 }),
      start ? zero : random(shape, 99 + i, { scale: 0.02, offset: 0.05 }),
    ];
  });
  return ops({
    operation: "adamStep",
    name,
    inputs,
    run: (...xs) => {
      const role = (k: number) => ({
        weight: clone(xs[k] as Tensor),
        bias: clone(xs[4 + k] as Tensor),
      });
      const result = adamStep({
        params: role(0),
        gradients: role(1),
        first: role(2),
        second: role(3),
        ...adam,
        step,
        ...(clipNorm === Infinity ? {} : { clipNorm }),
      });
      const { params, first, second, norm, skipped } = result;
      return [params, first, second]
        .flatMap((part) => [part["weight"] as Tensor, part["bias"] as Tensor])
        .concat(norm, skipped);
    },
    reference: (...xs) => {
      const norm = Math.sqrt(
        total([1, 5].map((k) => squares(Array.from((xs[k] as NdArray).data)))),
      );
      const skipped = !Number.isFinite(norm);
      const { learningRate, beta1, beta2, epsilon } = adam;
      const next = [0, 4].map((k) => {
        const [p, g, m, v] = xs.slice(k, k + 4) as [NdArray, NdArray, NdArray, NdArray];
        if (skipped) return [p, m, v] as const;
        const clipped = elementwise((x) => x * Math.min(1, clipNorm / norm), g);
        const first = elementwise((a, b) => beta1 * a + (1 - beta1) * b, m, clipped);
        const second = elementwise((a, b) => beta2 * a + (1 - beta2) * b * b, v, clipped);
        const moved = elementwise(
          (x, a, b) =>
            x -
            (learningRate * (a / (1 - beta1 ** step))) /
              (Math.sqrt(b / (1 - beta2 ** step)) + epsilon),
          p,
          first,
          second,
        );
        return [moved, first, second] as const;
      });
      const scalar = (value: number): NdArray => ({ shape: [], data: Float64Array.of(value) });
      return [
        ...[0, 1, 2].flatMap((k) => next.map((one) => one[k] as NdArray)),
        scalar(norm),
        scalar(skipped ? 1 : 0),
      ];
    },
    gradient: "none",
  });
}

const adamCases: Case[] = [
  adamCase("first step", { step: 1, start: true }),
  adamCase("third step", {}),
  adamCase("step 10000", { step: 10_000 }),
  adamCase("clipped", { clipNorm: 0.5 }),
  adamCase("clipped, gradients of 1e15", { clipNorm: 1, factor: 1e15 }),
  adamCase("not clipped", { clipNorm: 1e6 }),
  adamCase("tiny gradients", { factor: 1e-12 }),
  adamCase("a gradient that is not a number changes nothing", {
    clipNorm: 1,
    gradient: [Number.NaN, 1],
  }),
  adamCase("an infinite gradient changes nothing", { gradient: [1, -Infinity] }),
];

const averageCases: Case[] = [0.999, 0, 1].map((decay) =>
  ops({
    operation: "averageStep",
    name: `decay ${decay}`,
    inputs: [random([3, 2, 2], 111), random([2], 112), random([3, 2, 2], 113), random([2], 114)],
    run: (a, b, c, d) => {
      const average = averageStep(
        { weight: clone(a as Tensor), bias: clone(b as Tensor) },
        { weight: c as Tensor, bias: d as Tensor },
        decay,
      );
      return [average["weight"] as Tensor, average["bias"] as Tensor];
    },
    reference: (a, b, c, d) => {
      const mix = (x: NdArray, y: NdArray) =>
        elementwise((u, v) => decay * u + (1 - decay) * v, x, y);
      return [mix(a as NdArray, c as NdArray), mix(b as NdArray, d as NdArray)];
    },
    gradient: "none",
  }),
);

/** Numbers of 8 binary digits, which low precision holds exactly. */
const coarse = (x: NdArray): NdArray => ({
  shape: x.shape,
  data: x.data.map((v) => Math.round(128 * v) / 128),
});

/** An operation of ours in low precision: its result has 8 binary digits, its sums are long ones. */
function low(
  name: string,
  inputs: readonly NdArray[],
  run: (...xs: Tensor[]) => Tensor,
  reference: (...xs: NdArray[]) => NdArray,
  gradient: Case["gradient"] = "numeric",
): Case {
  return ops({
    operation: "toLowPrecision",
    name,
    inputs: inputs.map(coarse),
    run: (...xs) =>
      tidy(() =>
        // Biases, the only vectors, stay as they are.
        toFullPrecision(run(...xs.map((x) => (x.rank === 1 ? x : toLowPrecision(x))))),
      ),
    reference,
    gradient,
    // Half a unit in the last place for the result, and again for what comes back.
    tolerance: 2 ** -7,
  });
}

const lowCases: Case[] = [
  low(
    "there and back",
    [random([2, 3, 5, 3], 121)],
    (x) => x,
    (x) => x,
  ),
  ...[
    [2, 4, 6, 3],
    [1, 2, 4, 6, 8],
  ].flatMap((shape, i) => {
    const space = shape.slice(1, -1);
    const channels = shape.at(-1) as number;
    const x = random(shape, 122 + i);
    const weight = random([...space.map(() => 2), channels, 5], 124 + i);
    const padding = (["periodic", "zero", "reflect"] as const).slice(3 - space.length);
    const other = random(shape.with(-1, 4), 126 + i);
    const bias = random([5], 128 + i);
    const skip = random([shape[0] as number, ...space.map((n) => n - 1), 3], 130 + i);
    const skipWeight = random([...space.map(() => 1), 3, 5], 132 + i);
    const rectify = (y: NdArray) => elementwise((v) => Math.max(v, 0), y);
    const named = (name: string) => `${name} [${shape}]`;
    return [
      low(
        named("pad"),
        [x],
        (t) => pad(t, 1, padding),
        (z) => padded(z, 1, padding),
      ),
      low(
        named("convolution"),
        [x, weight, bias],
        (a, b, c) => convolution(a, b, c),
        (a, b, c) => convolved(a, b, c),
      ),
      low(
        named("convolution with relu"),
        [x, weight, bias],
        (a, b, c) => convolution(a, b, c, { relu: true }),
        (a, b, c) => rectify(convolved(a, b, c)),
      ),
      low(
        named("convolutionSum"),
        [x, weight, bias, skip, skipWeight, bias],
        (a, b, c, d, e, f) =>
          convolutionSum({ x: a, weight: b, bias: c, skip: d, skipWeight: e, skipBias: f }),
        (a, b, c, d, e, f) => elementwise((u, v) => u + v, convolved(a, b, c), convolved(d, e, f)),
      ),
      low(named("maxPool"), [x], maxPool, maxPooled, (dy, z) => [
        maxPooledGradient(dy, z as NdArray),
      ]),
      low(named("upsample"), [x], upsample, upsampled),
      low(named("relu"), [x], relu, rectify),
      low(
        named("concatenateChannels"),
        [x, other],
        (a, b) => concatenateChannels([a, b]),
        (a, b) => concatenated([a, b], -1),
      ),
    ];
  }),
];
const fullCases: Case[] = [
  {
    ...low(
      "of low precision",
      [random([3, 4], 141)],
      (x) => x,
      (x) => x,
    ),
    operation: "toFullPrecision",
  },
];

/** Every operation of `@eddyflow/ops`. */
export const opsCases: readonly Case[] = [
  ...padCases,
  ...convolutionShapes.flatMap(convolutionCases),
  padConvolutionCase({ x: [2, 4, 6, 3], kernel: [3, 3], outputs: 4 }, ["periodic", "zero"]),
  padConvolutionCase({ x: [1, 3, 5, 17], kernel: [3, 3], outputs: 5 }, ["reflect", "periodic"]),
  padConvolutionCase({ x: [1, 3, 4, 5, 2], kernel: [3, 3, 3], outputs: 3 }, [
    "periodic",
    "periodic",
    "zero",
  ]),
  ...poolCases,
  ...upsampleCases,
  ...differenceCases,
  ...fourierCases,
  ...reluCases,
  ...concatenateCases,
  ...perSampleCases,
  ...normaliseCases,
  ...adamCases,
  ...averageCases,
  ...lowCases,
  ...fullCases,
];
