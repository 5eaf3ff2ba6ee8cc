import { isEddyflowError } from "@eddyflow/core";
import {
  avgPool,
  conv3d,
  conv3dTranspose,
  cumsum,
  engine,
  gather,
  grad,
  image,
  maxPool3d,
  mirrorPad,
  ones,
  pad,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type Tensor5D,
  tensor,
  tensor1d,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

const backend = process.env["EDDYFLOW_BACKEND"] as string;
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await x.data());

test("the gradient of mirrorPad counts what was mirrored", async () => {
  const weights = tensor1d([1, 2, 3, 4, 5, 6]);
  const gradient = (mode: "reflect" | "symmetric") =>
    grad((x) => mirrorPad(x, [[2, 1]], mode))(tensor1d([0, 0, 0]), weights);
  // c b | a b c | b and b a | a b c | c
  expect(await numbers(gradient("reflect"))).toEqual([3, 2 + 4 + 6, 1 + 5]);
  expect(await numbers(gradient("symmetric"))).toEqual([2 + 3, 1 + 4, 5 + 6]);
});

test("the gradient of cumsum sums along its own axis, backwards", async () => {
  const dy = tensor(
    Array.from({ length: 8 }, (_, i) => i + 1),
    [2, 2, 2],
  );
  const dx = grad((x) => cumsum(x, 1))(zeros([2, 2, 2]), dy);
  expect(await numbers(dx)).toEqual([4, 6, 3, 4, 12, 14, 7, 8]);
});

test("cumsum takes an axis counted from the end", async () => {
  const x = tensor([1, 2, 3, 4], [2, 2]);
  expect(await numbers(cumsum(x, -1))).toEqual([1, 3, 3, 7]);
  expect(await numbers(grad((t) => cumsum(t, -1))(x, ones([2, 2])))).toEqual([2, 1, 2, 1]);
});

test("the gradient of an average at a border divides by the cells inside", async () => {
  // Windows of 2 × 1 on three rows: the last one has a single cell.
  const average = (x: Tensor) => avgPool(x as Tensor4D, [2, 1], [2, 1], "same");
  const dx = grad(average)(zeros([1, 3, 1, 1]), ones([1, 2, 1, 1]));
  expect(await numbers(dx)).toEqual([0.5, 0.5, 1]);
});

test("a sum over nothing is zero", async () => {
  expect(await numbers(sum(zeros([3, 0]), 1))).toEqual([0, 0, 0]);
  expect(sum(zeros([0, 3]), 0, true).shape).toEqual([1, 3]);
});

const volume = zeros([1, 2, 2, 2, 1]) as Tensor5D;
const kernel = zeros([2, 2, 2, 1, 1]) as Tensor5D;
const margin: [number, number][] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [1, 1],
  [0, 0],
];

const refused: readonly (readonly [backend: string, kernelName: string, run: () => Tensor])[] = [
  [
    "cpu",
    "ResizeNearestNeighborGrad",
    () =>
      grad((x) => image.resizeNearestNeighbor(x as Tensor4D, [4, 4]))(
        zeros([2, 2, 2, 1]),
        ones([2, 4, 4, 1]),
      ),
  ],
  [
    "cpu",
    "ResizeBilinearGrad",
    () =>
      grad((x) => image.resizeBilinear(x as Tensor4D, [4, 6]))(
        zeros([1, 2, 3, 1]),
        ones([1, 4, 6, 1]),
      ),
  ],
  ["wasm", "MaxPool3D", () => maxPool3d(volume, 2, 2, "valid")],
  [
    "wasm",
    "MaxPool3DGrad",
    () =>
      engine().runKernel(
        "MaxPool3DGrad",
        { dy: ones([1, 1, 1, 1, 1]), input: volume, output: zeros([1, 1, 1, 1, 1]) },
        { filterSize: 2, strides: 2, pad: "valid" },
      ) as Tensor,
  ],
  [
    "wasm",
    "Conv3DBackpropInputV2",
    () => grad((x) => conv3d(x as Tensor5D, kernel, 1, "valid"))(volume, ones([1, 1, 1, 1, 1])),
  ],
  [
    "wasm",
    "Conv3DBackpropInputV2",
    () => conv3dTranspose(volume, kernel, [1, 3, 3, 3, 1], 1, "valid"),
  ],
  [
    "wasm",
    "GatherV2",
    () => gather(zeros([2, 3]), tensor([0, 1], [2, 1], "int32") as Tensor as Tensor1D, 1, 1),
  ],
  ["webgpu", "PadV2", () => pad(volume, margin)],
  ["webgpu", "MirrorPad", () => mirrorPad(volume, margin, "reflect")],
];

test.runIf(refused.some(([name]) => name === backend))(
  "what is wrong here throws a BackendError that names it and says what helps",
  () => {
    for (const [name, kernelName, run] of refused) {
      if (name !== backend) continue;
      try {
        run();
        expect.unreachable(`${kernelName} was not refused`);
      } catch (error) {
        expect(isEddyflowError(error, "BackendError"), String(error)).toBe(true);
        const { message } = error as Error;
        expect(message).toContain(`(${kernelName}) is wrong on the backend ${backend}`);
        expect(message).toMatch(/another backend$/u);
      }
    }
  },
);
