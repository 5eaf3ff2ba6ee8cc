import { kernelNames } from "@eddyflow/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { columnSums } from "./column-sums.ts";
import {
  convolutionShader,
  type Product,
  tileSize,
  weightGradientShader,
} from "./convolution-shaders.ts";
import { type Dispatcher, longestRow, registerShaderKernel, type Workgroups } from "./dispatch.ts";

type Space = readonly [depth: number, height: number, width: number];

/** A field's numbers of points along its axes, or a weight's kernel's, as three. */
const fieldSpace = ({ shape }: TensorInfo): Space =>
  (shape.length === 5 ? shape.slice(1, 4) : [1, ...shape.slice(1, 3)]) as unknown as Space;
const kernelSpace = ({ shape }: TensorInfo): Space =>
  (shape.length === 5 ? shape.slice(0, 3) : [1, ...shape.slice(0, 2)]) as unknown as Space;

const channelsOf = ({ shape }: TensorInfo): number => shape.at(-1) as number;

/** A field with its weight, and whether its adjoint is meant. */
interface Operand {
  readonly field: TensorInfo;
  readonly weight: TensorInfo;
}

/** Workgroups that share the sum over all places where the weight alone would keep too few of them busy. */
const fewestWorkgroups = 256;
/** Places below which sharing does not pay. */
const fewestPlaces = 256;
const mostParts = 64;

/** Registers convolution and its gradients. */
export function registerConvolutionKernels(dispatcher: Dispatcher): void {
  const { create, dispose, run } = dispatcher;

  /** Runs a matrix product whose result has `columns` channels. */
  const convolve = (
    operands: readonly Operand[],
    resultShape: readonly number[],
    addends: Readonly<Partial<Record<"bias" | "skipBias" | "residual", TensorInfo>>>,
    { relu = false, isAdjoint = false } = {},
  ): TensorInfo => {
    const result = create(resultShape);
    const columns = channelsOf(result);
    const rows = sizeOf(resultShape) / columns;
    const products = operands.map(({ field }, i): Product => {
      const prefix = i === 0 ? "field" : "skip";
      return {
        prefix,
        field: prefix,
        weight: `${prefix}Weight`,
        isAdjoint,
        isWide: channelsOf(field) % 4 === 0,
      };
    });
    const names = Object.keys(addends) as (keyof typeof addends)[];
    const shader = convolutionShader(products, { addends: names, relu });
    const tiles = Math.ceil(rows / tileSize);
    const workgroups: Workgroups = [
      Math.min(tiles, longestRow),
      Math.ceil(columns / tileSize),
      Math.ceil(tiles / longestRow),
    ];
    const reads = [
      ...operands.flatMap(({ field, weight }) => [field, weight]),
      ...names.map((name) => addends[name] as TensorInfo),
    ];
    const integers = [
      rows,
      columns,
      ...fieldSpace(result),
      ...operands.flatMap(({ field, weight }) => [
        ...fieldSpace(field),
        channelsOf(field),
        ...kernelSpace(weight),
      ]),
    ];
    run(shader, { reads, writes: [result], integers }, workgroups);
    return result;
  };

  /** The shape of x ∗ weight. */
  const convolvedShape = (x: TensorInfo, weight: TensorInfo): number[] => [
    x.shape[0] as number,
    ...x.shape.slice(1, -1).map((n, k) => n - (weight.shape[k] as number) + 1),
    channelsOf(weight),
  ];

  interface Inputs {
    readonly x: TensorInfo;
    readonly weight: TensorInfo;
    readonly bias: TensorInfo;
  }
  registerShaderKernel<Inputs & { residual?: TensorInfo }, object>(
    kernelNames.convolutionBias,
    ({ x, weight, bias, residual }) =>
      convolve(
        [{ field: x, weight }],
        convolvedShape(x, weight),
        residual === undefined ? { bias } : { bias, residual },
      ),
  );
  registerShaderKernel<Inputs, object>(kernelNames.convolutionBiasRelu, ({ x, weight, bias }) =>
    convolve([{ field: x, weight }], convolvedShape(x, weight), { bias }, { relu: true }),
  );
  registerShaderKernel<
    Inputs & { skip: TensorInfo; skipWeight: TensorInfo; skipBias: TensorInfo },
    object
  >(kernelNames.convolutionSum, ({ x, weight, bias, skip, skipWeight, skipBias }) =>
    convolve(
      [
        { field: x, weight },
        { field: skip, weight: skipWeight },
      ],
      convolvedShape(x, weight),
      { bias, skipBias },
    ),
  );
  registerShaderKernel<{ dy: TensorInfo; weight: TensorInfo }, object>(
    kernelNames.convolutionInputGradient,
    ({ dy, weight }) => {
      const shape = [
        dy.shape[0] as number,
        ...dy.shape.slice(1, -1).map((n, k) => n + (weight.shape[k] as number) - 1),
        weight.shape.at(-2) as number,
      ];
      return convolve([{ field: dy, weight }], shape, {}, { isAdjoint: true });
    },
  );

  registerShaderKernel<{ x: TensorInfo; dy: TensorInfo }, object>(
    kernelNames.convolutionWeightGradient,
    ({ x, dy }) => {
      const space = x.shape.slice(1, -1).map((n, k) => n - (dy.shape[k + 1] as number) + 1);
      const shape = [...space, channelsOf(x), channelsOf(dy)];
      const columns = channelsOf(dy);
      const rows = sizeOf(shape) / columns;
      const places = sizeOf(dy.shape) / columns;
      const [wide, high] = [Math.ceil(rows / tileSize), Math.ceil(columns / tileSize)];
      const parts = Math.max(
        1,
        Math.min(
          mostParts,
          Math.ceil(fewestWorkgroups / (wide * high)),
          Math.floor(places / fewestPlaces),
        ),
      );
      const placesPerPart = Math.ceil(places / parts);
      const used = Math.ceil(places / placesPerPart);
      const result = create(used === 1 ? shape : [used, rows, columns]);
      const kernel = space.length === 3 ? space : [1, ...space];
      run(
        weightGradientShader,
        {
          reads: [x, dy],
          writes: [result],
          integers: [
            rows,
            columns,
            places,
            placesPerPart,
            ...fieldSpace(dy),
            ...fieldSpace(x),
            channelsOf(x),
            ...kernel,
          ],
        },
        [wide, high, used],
      );
      if (used === 1) return result;
      const total = columnSums(dispatcher, result, shape);
      dispose(result);
      return total;
    },
  );
  registerShaderKernel<{ dy: TensorInfo }, object>(kernelNames.convolutionBiasGradient, ({ dy }) =>
    columnSums(dispatcher, dy, [channelsOf(dy)]),
  );
}
