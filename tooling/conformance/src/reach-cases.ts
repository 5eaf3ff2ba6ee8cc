import {
  avgPool,
  avgPool3d,
  complex,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  cumsum,
  depthToSpace,
  depthwiseConv2d,
  dilation2d,
  einsum,
  fft,
  gather,
  image,
  maxPool3d,
  maxPool as maxPoolOf,
  mirrorPad,
  prod,
  real,
  stridedSlice,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
  tensor,
  tile,
} from "@tensorflow/tfjs-core";
import type { Case } from "./case.ts";
import { at, build, type NdArray, random } from "./nd-array.ts";
import { correlated, reduced, total, transposed } from "./references.ts";

// Operations that our packages do not use but that act on the same engine: what TensorFlow.js computes
// wrongly on some backend is among them.

const reach = (
  operation: string,
  name: string,
  inputs: readonly NdArray[],
  run: (...xs: Tensor[]) => Tensor,
  reference: (...xs: NdArray[]) => NdArray,
  gradient: Case["gradient"] = "numeric",
): Case => ({ group: "in reach", operation, name, inputs, run, reference, gradient });

type Pair = [number, number];

const mirrorCase = (
  shape: readonly number[],
  paddings: readonly Pair[],
  mode: "reflect" | "symmetric",
): Case =>
  reach(
    "mirrorPad",
    `[${shape}] by ${paddings.join(" ")}, ${mode}`,
    [random(shape, 301)],
    (x) => mirrorPad(x as Tensor, [...paddings], mode),
    (x) =>
      build(
        shape.map((n, k) => n + (paddings[k] as Pair)[0] + (paddings[k] as Pair)[1]),
        (index) => {
          const edge = mode === "symmetric" ? 1 : 0;
          const from = index.map((i, k) => {
            const [n, j] = [shape[k] as number, i - (paddings[k] as Pair)[0]];
            if (j < 0) return -j - edge;
            return j < n ? j : 2 * (n - 1) - j + edge;
          });
          return at(x as NdArray, from);
        },
      ),
  );

const cumsumCase = (
  shape: readonly number[],
  axis: number,
  exclusive = false,
  reverse = false,
): Case =>
  reach(
    "cumsum",
    `[${shape}] along ${axis}${exclusive ? ", exclusive" : ""}${reverse ? ", reverse" : ""}`,
    [random(shape, 302)],
    (x) => cumsum(x as Tensor, axis, exclusive, reverse),
    (x) => {
      const k = axis < 0 ? axis + shape.length : axis;
      return build(shape, (index) => {
        const i = index[k] as number;
        let sum = 0;
        for (let j = 0; j < (shape[k] as number); j++) {
          const before = reverse ? j > i : j < i;
          if (before || (j === i && !exclusive)) sum += at(x as NdArray, index.with(k, j));
        }
        return sum;
      });
    },
  );

/** Where cell `i` of `m` reads in `n` cells. */
const position = (i: number, n: number, m: number, alignCorners: boolean): number =>
  alignCorners && m > 1 ? (i * (n - 1)) / (m - 1) : (i * n) / m;

const nearestCase = (shape: readonly number[], size: Pair, alignCorners = false): Case =>
  reach(
    "image.resizeNearestNeighbor",
    `[${shape}] to ${size}${alignCorners ? ", corners aligned" : ""}`,
    [random(shape, 303)],
    (x) => image.resizeNearestNeighbor(x as Tensor4D, size, alignCorners),
    (x) =>
      build([shape[0] as number, ...size, shape[3] as number], ([b = 0, j = 0, i = 0, c = 0]) => {
        const cell = (index: number, k: number): number => {
          const n = shape[k + 1] as number;
          const place = position(index, n, size[k] as number, alignCorners);
          return Math.min(n - 1, alignCorners ? Math.round(place) : Math.floor(place));
        };
        return at(x as NdArray, [b, cell(j, 0), cell(i, 1), c]);
      }),
  );

const bilinearCase = (shape: readonly number[], size: Pair, alignCorners = false): Case =>
  reach(
    "image.resizeBilinear",
    `[${shape}] to ${size}${alignCorners ? ", corners aligned" : ""}`,
    [random(shape, 304)],
    (x) => image.resizeBilinear(x as Tensor4D, size, alignCorners),
    (x) =>
      build([shape[0] as number, ...size, shape[3] as number], ([b = 0, j = 0, i = 0, c = 0]) => {
        const weights = [j, i].map((index, k) => {
          const n = shape[k + 1] as number;
          const place = position(index, n, size[k] as number, alignCorners);
          const low = Math.floor(place);
          return [
            [Math.min(low, n - 1), 1 - (place - low)],
            [Math.min(low + 1, n - 1), place - low],
          ] as const;
        });
        let sum = 0;
        for (const [y, u] of weights[0] ?? []) {
          for (const [z, v] of weights[1] ?? []) sum += u * v * at(x as NdArray, [b, y, z, c]);
        }
        return sum;
      }),
  );

/** The entries of `x` in the window of each result cell, for windows of `size` and `stride`. */
function pooled(
  f: (values: readonly number[]) => number,
  x: NdArray,
  size: number,
  stride: number,
  padding: "same" | "valid",
): NdArray {
  const space = x.shape.slice(1, -1);
  const counts = space.map((n) =>
    Math.ceil(padding === "same" ? n / stride : (n - size + 1) / stride),
  );
  const before = space.map((n, k) =>
    padding === "valid"
      ? 0
      : Math.floor(Math.max(((counts[k] as number) - 1) * stride + size - n, 0) / 2),
  );
  return build([x.shape[0] as number, ...counts, x.shape.at(-1) as number], (index) => {
    const values: number[] = [];
    build(
      space.map(() => size),
      (offset) => {
        const from = index.map((i, k) =>
          k === 0 || k === index.length - 1
            ? i
            : i * stride - (before[k - 1] as number) + (offset[k - 1] as number),
        );
        if (from.every((i, k) => i >= 0 && i < (x.shape[k] as number))) values.push(at(x, from));
        return 0;
      },
    );
    return f(values);
  });
}

const average = (values: readonly number[]): number => total(values) / values.length;
const largest = (values: readonly number[]): number => Math.max(...values);

function poolCase(
  kind: "avg" | "max",
  shape: readonly number[],
  size: number,
  stride: number,
  padding: "same" | "valid",
  offset = 0,
): Case {
  const volume = shape.length === 5;
  const run = (x: Tensor): Tensor => {
    if (kind === "avg") {
      return volume
        ? avgPool3d(x as Tensor5D, size, stride, padding)
        : avgPool(x as Tensor4D, size, stride, padding);
    }
    return volume
      ? maxPool3d(x as Tensor5D, size, stride, padding)
      : maxPoolOf(x as Tensor4D, size, stride, padding);
  };
  return reach(
    `${kind}Pool${volume ? "3d" : ""}`,
    `[${shape}], ${size} by ${stride}, ${padding}${offset < 0 ? ", negative values" : ""}`,
    [random(shape, 305, { offset })],
    (x) => run(x as Tensor),
    (x) => pooled(kind === "avg" ? average : largest, x as NdArray, size, stride, padding),
  );
}

/** Spreads x over the result: the adjoint of `correlated` in its first argument, stride 1, valid. */
const spread = (x: NdArray, weight: NdArray): NdArray => {
  const kernel = weight.shape.slice(0, -2);
  const around = x.shape.map((n, k) =>
    k === 0 || k === x.shape.length - 1 ? n : n + 2 * ((kernel[k - 1] as number) - 1),
  );
  const wide = build(around, (index) => {
    const from = index.map((i, k) =>
      k === 0 || k === index.length - 1 ? i : i - (kernel[k - 1] as number) + 1,
    );
    const inside = from.every((i, k) => i >= 0 && i < (x.shape[k] as number));
    return inside ? at(x, from) : 0;
  });
  const rank = weight.shape.length;
  const exchanged = transposed(weight, [...kernel.map((_, k) => k), rank - 1, rank - 2]);
  const mirrored = build(exchanged.shape, (index) =>
    at(
      exchanged,
      index.map((i, k) => (k < kernel.length ? (kernel[k] as number) - 1 - i : i)),
    ),
  );
  return correlated(wide, mirrored);
};

const gatherCase = (
  shape: readonly number[],
  indexShape: readonly number[],
  picks: readonly number[],
  axis: number,
  batchDims: number,
): Case =>
  reach(
    "gather",
    `[${shape}] at [${indexShape}] along ${axis}${batchDims > 0 ? `, ${batchDims} batch axis` : ""}`,
    [random(shape, 306)],
    (x) =>
      gather(
        x as Tensor,
        tensor([...picks], [...indexShape] as [number], "int32") as Tensor1D,
        axis,
        batchDims,
      ),
    (x) => {
      const outer = shape.slice(0, axis);
      const inner = shape.slice(axis + 1);
      const own = indexShape.slice(batchDims);
      return build([...outer, ...own, ...inner], (index) => {
        const where = [...index.slice(0, batchDims), ...index.slice(axis, axis + own.length)];
        const flat = where.reduce((offset, i, k) => offset * (indexShape[k] as number) + i, 0);
        return at(x as NdArray, [
          ...index.slice(0, axis),
          picks[flat] as number,
          ...index.slice(axis + own.length),
        ]);
      });
    },
  );

/** Operations in reach of whoever uses our engine, with what is known to be wrong on some backend. */
export const reachCases: readonly Case[] = [
  mirrorCase([6], [[2, 3]], "reflect"),
  mirrorCase(
    [2, 4, 5, 2],
    [
      [0, 0],
      [1, 2],
      [2, 1],
      [0, 0],
    ],
    "reflect",
  ),
  mirrorCase(
    [2, 4, 3, 2],
    [
      [0, 0],
      [2, 4],
      [3, 1],
      [0, 0],
    ],
    "symmetric",
  ),
  mirrorCase(
    [1, 3, 4, 3, 2],
    [
      [0, 0],
      [1, 2],
      [2, 1],
      [1, 1],
      [0, 0],
    ],
    "reflect",
  ),
  cumsumCase([7], 0),
  cumsumCase([3, 7], -1),
  cumsumCase([3, 7], 0),
  cumsumCase([4, 4, 4], 1),
  cumsumCase([4, 4, 4], 0, true),
  cumsumCase([2, 5, 5, 5], 1, true, true),
  cumsumCase([2, 3, 4], 1, false, true),
  nearestCase([1, 3, 5, 2], [6, 10]),
  nearestCase([1, 8, 8, 3], [4, 4]),
  nearestCase([1, 4, 5, 3], [7, 9], true),
  nearestCase([2, 4, 6, 3], [8, 12]),
  nearestCase([2, 8, 8, 3], [4, 4]),
  nearestCase([2, 4, 5, 3], [7, 9], true),
  bilinearCase([2, 5, 5, 2], [10, 10]),
  bilinearCase([2, 4, 4, 3], [8, 12]),
  bilinearCase([2, 6, 6, 3], [4, 3]),
  bilinearCase([2, 4, 7, 3], [8, 14]),
  bilinearCase([2, 4, 7, 3], [9, 8], true),
  poolCase("avg", [2, 4, 6, 3], 2, 2, "valid"),
  poolCase("avg", [2, 9, 7, 3], 2, 2, "same"),
  poolCase("avg", [2, 8, 8, 3], 3, 2, "same"),
  poolCase("avg", [2, 6, 4, 6, 2], 2, 2, "valid"),
  poolCase("avg", [1, 5, 4, 5, 2], 3, 2, "same"),
  poolCase("max", [2, 6, 4, 3], 2, 2, "valid"),
  poolCase("max", [2, 7, 5, 3], 3, 2, "same", -3),
  poolCase("max", [2, 4, 4, 4, 2], 2, 2, "valid", 3),
  poolCase("max", [2, 4, 4, 4, 2], 2, 2, "valid"),
  poolCase("max", [1, 5, 4, 5, 2], 3, 2, "same", -3),
  reach(
    "conv3d",
    "[2,4,3,5,2] ∗ [2,3,2,2,3]",
    [random([2, 4, 3, 5, 2], 311), random([2, 3, 2, 2, 3], 312)],
    (x, w) => conv3d(x as Tensor5D, w as Tensor5D, 1, "valid"),
    (x, w) => correlated(x as NdArray, w as NdArray),
  ),
  reach(
    "conv2dTranspose",
    "[2,3,4,3] by [2,3,2,3]",
    [random([2, 3, 4, 3], 313), random([2, 3, 2, 3], 314)],
    (x, w) => conv2dTranspose(x as Tensor4D, w as Tensor4D, [2, 4, 6, 2], 1, "valid"),
    (x, w) => spread(x as NdArray, w as NdArray),
  ),
  reach(
    "conv3dTranspose",
    "[1,2,3,2,3] by [2,2,3,2,3]",
    [random([1, 2, 3, 2, 3], 315), random([2, 2, 3, 2, 3], 316)],
    (x, w) => conv3dTranspose(x as Tensor5D, w as Tensor5D, [1, 3, 4, 4, 2], 1, "valid"),
    (x, w) => spread(x as NdArray, w as NdArray),
  ),
  reach(
    "depthwiseConv2d",
    "[2,4,5,3] ∗ [2,3,3,1]",
    [random([2, 4, 5, 3], 317), random([2, 3, 3, 1], 318)],
    (x, w) => depthwiseConv2d(x as Tensor4D, w as Tensor4D, 1, "valid"),
    (x, w) =>
      build([2, 3, 3, 3], ([b = 0, j = 0, i = 0, c = 0]) =>
        total(
          Array.from({ length: 6 }, (_, q) => {
            const [dj, di] = [Math.floor(q / 3), q % 3];
            return at(x as NdArray, [b, j + dj, i + di, c]) * at(w as NdArray, [dj, di, c, 0]);
          }),
        ),
      ),
  ),
  reach(
    "dilation2d",
    "[1,5,4,2] by [2,3,2]",
    [random([1, 5, 4, 2], 319), random([2, 3, 2], 320)],
    (x, w) => dilation2d(x as Tensor4D, w as Tensor3D, 1, "valid"),
    (x, w) =>
      build([1, 4, 2, 2], ([b = 0, j = 0, i = 0, c = 0]) =>
        largest(
          Array.from({ length: 6 }, (_, q) => {
            const [dj, di] = [Math.floor(q / 3), q % 3];
            return at(x as NdArray, [b, j + dj, i + di, c]) + at(w as NdArray, [dj, di, c]);
          }),
        ),
      ),
  ),
  gatherCase([5, 3], [4], [0, 2, 2, 4], 0, 0),
  gatherCase([3, 7, 4], [4], [0, 2, 2, 6], 1, 0),
  gatherCase([2, 5, 3], [2, 3], [0, 4, 4, 1, 0, 2], 1, 1),
  reach(
    "prod",
    "[3,4] over 1",
    [random([3, 4], 321, { scale: 0.5, offset: 1 })],
    (x) => prod(x as Tensor, 1),
    (x) => reduced((values) => values.reduce((all, v) => all * v, 1), x as NdArray, [1]),
  ),
  reach(
    "tile",
    "[2,3,2,2] 1 2 3 1",
    [random([2, 3, 2, 2], 322)],
    (x) => tile(x as Tensor, [1, 2, 3, 1]),
    (x) =>
      build([2, 6, 6, 2], ([b = 0, j = 0, i = 0, c = 0]) => at(x as NdArray, [b, j % 3, i % 2, c])),
  ),
  reach(
    "depthToSpace",
    "[1,2,3,4] by 2",
    [random([1, 2, 3, 4], 323)],
    (x) => depthToSpace(x as Tensor4D, 2, "NHWC"),
    (x) =>
      build([1, 4, 6, 1], ([, j = 0, i = 0]) =>
        at(x as NdArray, [0, Math.floor(j / 2), Math.floor(i / 2), 2 * (j % 2) + (i % 2)]),
      ),
  ),
  reach(
    "stridedSlice",
    "[7,5] from 1,0 by 2,3",
    [random([7, 5], 324)],
    (x) => stridedSlice(x as Tensor, [1, 0], [7, 5], [2, 3]),
    (x) => build([3, 2], ([j = 0, i = 0]) => at(x as NdArray, [1 + 2 * j, 3 * i])),
  ),
  reach(
    "einsum",
    "ij,jk->ik",
    [random([3, 4], 325), random([4, 2], 326)],
    (a, b) => einsum("ij,jk->ik", a as Tensor, b as Tensor),
    (a, b) =>
      build([3, 2], ([i = 0, k = 0]) =>
        total(
          Array.from({ length: 4 }, (_, j) => at(a as NdArray, [i, j]) * at(b as NdArray, [j, k])),
        ),
      ),
  ),
  {
    ...reach(
      "fft",
      "real part of [2,5]",
      [random([2, 5], 327), random([2, 5], 328)],
      (re, im) => real(fft(complex(re as Tensor, im as Tensor))),
      (re, im) =>
        build([2, 5], ([b = 0, k = 0]) =>
          total(
            Array.from({ length: 5 }, (_, j) => {
              const angle = (-2 * Math.PI * j * k) / 5;
              return (
                at(re as NdArray, [b, j]) * Math.cos(angle) -
                at(im as NdArray, [b, j]) * Math.sin(angle)
              );
            }),
          ),
        ),
    ),
    // WebGPU's sines are as exact as its driver makes them.
    tolerance: 2e-4,
  },
];
