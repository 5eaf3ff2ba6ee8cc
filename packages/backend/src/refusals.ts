import { BackendError } from "@eddyflow/core";
import {
  add,
  backend_util,
  concat,
  cumsum,
  getGradient,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  mul,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  reshape,
  reverse,
  slice,
  type Tensor,
  tensor,
  tidy,
  unregisterGradient,
  unregisterKernel,
  util,
  zeros,
} from "@tensorflow/tfjs-core";
import type { BackendName } from "./backend-info.ts";

// What TensorFlow.js 4.22 computes wrongly without a word, as `pnpm conformance` shows: mended where that is
// short, refused where it is not.

type Attributes = Readonly<Record<string, unknown>>;

function replaceGradient(
  kernelName: string,
  gradient: (dy: Tensor, attributes: Attributes) => Tensor,
): void {
  // A second backend finds it replaced.
  if (getGradient(kernelName) !== undefined) unregisterGradient(kernelName);
  registerGradient({
    kernelName,
    gradFunc: (dy, _, attributes) => ({
      x: () => gradient(dy as Tensor, attributes as unknown as Attributes),
    }),
  });
}

/** A part of `x` along one axis. */
function part(x: Tensor, axis: number, start: number, length: number): Tensor {
  const begin = x.shape.map((_, k) => (k === axis ? start : 0));
  return slice(
    x,
    begin,
    x.shape.map((n, k) => (k === axis ? length : n)),
  );
}

/** `x` in a row of `n` along one axis, from `start` on, zeros around it. */
function within(x: Tensor, axis: number, start: number, n: number): Tensor {
  const rest = n - start - (x.shape[axis] as number);
  const parts = [zeros(x.shape.with(axis, start)), x, zeros(x.shape.with(axis, rest))];
  return concat(
    parts.filter(({ shape }) => shape[axis] !== 0),
    axis,
  );
}

/** The adjoint of `mirrorPad`; TensorFlow.js leaves out what was mirrored. */
function mirrorPadGradient(dy: Tensor, { paddings, mode }: Attributes): Tensor {
  // The outermost cells are repeated by "symmetric" only.
  const edge = mode === "reflect" ? 1 : 0;
  return (paddings as [number, number][]).reduce((field, [before, after], axis) => {
    const n = (field.shape[axis] as number) - before - after;
    const core = part(field, axis, before, n);
    const sum = (x: Tensor, start: number, length: number, at: number): Tensor =>
      add(within(reverse(part(field, axis, start, length), axis), axis, at, n), x);
    let dx = core;
    if (before > 0) dx = sum(dx, 0, before, edge);
    if (after > 0) dx = sum(dx, before + n, after, n - after - edge);
    return dx;
  }, dy);
}

/** Puts `wrap` of a kernel in its place. */
function wrapKernel(
  kernelName: string,
  backendName: BackendName,
  wrap: (own: KernelFunc) => KernelFunc,
): void {
  const config: KernelConfig | undefined = getKernel(kernelName, backendName);
  if (config === undefined) return;
  unregisterKernel(kernelName, backendName);
  registerKernel({ ...config, kernelFunc: wrap(config.kernelFunc) });
}

function refuse(
  kernelName: string,
  backendName: BackendName,
  what: string,
  remedy: string,
  isWrong: (inputs: NamedTensorMap, attributes: Attributes) => boolean = () => true,
): void {
  wrapKernel(kernelName, backendName, (own) => (call) => {
    if (!isWrong(call.inputs as NamedTensorMap, (call.attrs ?? {}) as Attributes)) return own(call);
    throw new BackendError({
      problem: `${what} (${kernelName}) is wrong on the backend ${backendName}`,
      expected: "an operation that computes what it says",
      remedy,
    });
  });
}

/** How many cells of each window along one axis lie within it. */
function cellsInside(
  count: number,
  size: number,
  stride: number,
  before: number,
  n: number,
): number[] {
  return Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    return Math.min(start + size, n) - Math.max(start, 0);
  });
}

/** Lets the gradient of an average count the cells inside, as the average itself does. */
function mendAveragePooling(kernelName: string, backendName: BackendName): void {
  wrapKernel(kernelName, backendName, (own) => (call) => {
    const { dy, input } = call.inputs as { dy: Tensor; input: Tensor };
    const { filterSize, strides, pad, dimRoundingMode } = call.attrs as never;
    const common = [filterSize, strides, 1, pad, dimRoundingMode] as const;
    let windows: [number, number, number, number][];
    if (input.rank === 4) {
      const info = backend_util.computePool2DInfo(input.shape as never, ...common);
      windows = [
        [info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top],
        [info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left],
      ];
    } else {
      const info = backend_util.computePool3DInfo(input.shape as never, ...common);
      windows = [
        [info.outDepth, info.filterDepth, info.strideDepth, info.padInfo.front],
        [info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top],
        [info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left],
      ];
    }
    return tidy(() => {
      // The kernel divides by all cells of a window.
      const scaled = windows.reduce((product, [count, size, stride, before], k) => {
        const inside = cellsInside(count, size, stride, before, input.shape[k + 1] as number);
        if (inside.every((cells) => cells === size)) return product;
        const shape = input.shape.map((_, axis) => (axis === k + 1 ? count : 1));
        return mul(
          product,
          tensor(
            inside.map((cells) => size / cells),
            shape,
          ),
        );
      }, dy);
      return own({ ...call, inputs: { ...call.inputs, dy: scaled } }) as Tensor;
    });
  });
}

/** A negative axis makes the kernel read elsewhere, or never end. */
function mendCumulativeSum(backendName: BackendName): void {
  wrapKernel("Cumsum", backendName, (own) => (call) => {
    const { x } = call.inputs as { x: Tensor };
    const [axis] = util.parseAxisParam((call.attrs as { axis: number }).axis, x.shape);
    return own({ ...call, attrs: { ...call.attrs, axis: axis as number } });
  });
}

/** A sum from the end is that of the reversed axis, reversed; the kernel's own is wrong. */
function mendReverseSum(backendName: BackendName): void {
  wrapKernel("Cumsum", backendName, (own) => (call) => {
    const { x } = call.inputs as { x: Tensor };
    const attributes = call.attrs as { axis: number; exclusive: boolean; reverse: boolean };
    if (!attributes.reverse) return own(call);
    const n = x.shape[attributes.axis] as number;
    const inner = util.sizeFromShape(x.shape.slice(attributes.axis + 1));
    return tidy(() => {
      // Three axes, since not every rank can be reversed.
      const backwards = reverse(reshape(x, [-1, n, inner]), 1);
      return reshape(reverse(cumsum(backwards, 1, attributes.exclusive), 1), x.shape);
    });
  });
}

/** A sum over an axis without cells is zero, neither what the memory held nor an error. */
function mendEmptySum(backendName: BackendName): void {
  wrapKernel("Sum", backendName, (own) => (call) => {
    const { x } = call.inputs as { x: Tensor };
    if (x.size > 0) return own(call);
    const { axis, keepDims } = call.attrs as { axis: number | number[]; keepDims: boolean };
    const axes = util.parseAxisParam(axis, x.shape);
    const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    return zeros(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape, x.dtype);
  });
}

/** Kernels of two operands that may be broadcast. */
const binaryKernels = [
  "Add",
  "Sub",
  "Multiply",
  "RealDiv",
  "FloorDiv",
  "Mod",
  "Pow",
  "Maximum",
  "Minimum",
  "SquaredDifference",
  "Equal",
  "NotEqual",
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
];

/** A vector beside a volume makes a shader that does not compile; one of rank 5 does not. */
function mendVectorOperands(backendName: BackendName): void {
  for (const kernelName of binaryKernels) {
    wrapKernel(kernelName, backendName, (own) => (call) => {
      const { a, b } = call.inputs as { a: Tensor; b: Tensor };
      if (Math.max(a.rank, b.rank) < 5 || Math.min(a.rank, b.rank) !== 1) return own(call);
      const expanded = (x: Tensor): Tensor => (x.rank === 1 ? reshape(x, [1, 1, 1, 1, x.size]) : x);
      return tidy(() => own({ ...call, inputs: { a: expanded(a), b: expanded(b) } }) as Tensor);
    });
  }
}

const ours = "use the operation of @eddyflow/ops, or another backend";

/**
 * Mends or refuses the kernels and gradients of TensorFlow.js that give wrong numbers on `backendName`, the
 * active backend, for everyone who uses its engine. A refused one throws a BackendError. To be called once
 * per backend.
 */
export function refuseWrongKernels(backendName: BackendName): void {
  replaceGradient("MirrorPad", mirrorPadGradient);
  replaceGradient("Cumsum", (dy, { axis, exclusive, reverse: backwards }) =>
    cumsum(dy, axis as number, exclusive as boolean, !(backwards as boolean)),
  );
  if (backendName === "webgpu" || backendName === "wasm" || backendName === "cpu") {
    if (backendName === "webgpu") mendReverseSum(backendName);
    mendCumulativeSum(backendName);
    mendEmptySum(backendName);
    mendAveragePooling("AvgPoolGrad", backendName);
    mendAveragePooling("AvgPool3DGrad", backendName);
  }
  if (backendName === "cpu") {
    refuse(
      "ResizeNearestNeighborGrad",
      "cpu",
      "the gradient of image.resizeNearestNeighbor for more than one image",
      ours,
      ({ images }) => images?.shape[0] !== 1,
    );
    refuse(
      "ResizeBilinearGrad",
      "cpu",
      "the gradient of image.resizeBilinear for images that are not square",
      "use another backend",
      ({ images }) => images?.shape[1] !== images?.shape[2],
    );
  }
  if (backendName === "webgpu") {
    mendVectorOperands(backendName);
    const hasRankFive = ({ x }: NamedTensorMap): boolean => (x?.rank ?? 0) > 4;
    refuse("PadV2", "webgpu", "pad of rank 5", ours, hasRankFive);
    refuse("MirrorPad", "webgpu", "mirrorPad of rank 5", ours, hasRankFive);
  }
  if (backendName === "wasm") {
    refuse("MaxPool3D", "wasm", "maxPool3d of negative values", ours);
    refuse("MaxPool3DGrad", "wasm", "the gradient of maxPool3d", ours);
    refuse("Conv3DBackpropInputV2", "wasm", "conv3dTranspose, the gradient of conv3d,", ours);
    refuse(
      "GatherV2",
      "wasm",
      "gather with batchDims",
      "gather from each entry of the batch by itself, or use another backend",
      (_, { batchDims }) => batchDims !== 0,
    );
  }
}
