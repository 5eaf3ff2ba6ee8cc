import {
  type CentralDifferenceAttributes,
  kernelNames,
  type PadFieldAttributes,
} from "@eddyflow/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type Dispatcher, registerShaderKernel, type Shader, workgroupsFor } from "./dispatch.ts";
import {
  differenceGradientShader,
  differenceShader,
  maxPoolGradientShader,
  maxPoolShader,
  paddingCodes,
  padGradientShader,
  padShader,
  rectifyGradientShader,
  rectifyShader,
  upsampleGradientShader,
  upsampleShader,
  type Width,
  widthFor,
} from "./field-shaders.ts";

type ShaderOf = (width: Width) => Shader;

/** The spatial axes' numbers of points, as three: a plane has one in the first. */
const spaceOf = ({ shape }: TensorInfo): [number, number, number] =>
  (shape.length === 5 ? shape.slice(1, 4) : [1, ...shape.slice(1, 3)]) as [number, number, number];

/** Applies `change` to the spatial axes of `[batch, ...space, channel]`. */
const mapSpace = (
  shape: readonly number[],
  change: (n: number, axis: number) => number,
): number[] => shape.map((n, k) => (k === 0 || k === shape.length - 1 ? n : change(n, k - 1)));

/** Registers padding, rectification, pooling, upsampling and differences. */
export function registerFieldKernels(dispatcher: Dispatcher): void {
  const { create, run } = dispatcher;

  /** One invocation per value of `counted`; channels, `inner` and counts are in values of the shader's width. */
  const runOver = (
    shader: Shader,
    counted: readonly number[],
    width: Width,
    { reads, result, integers }: { reads: TensorInfo[]; result: TensorInfo; integers: number[] },
  ): TensorInfo => {
    const count = sizeOf(counted) / width;
    if (count === 0) return result;
    run(shader, { reads, writes: [result], integers: [count, ...integers] }, workgroupsFor(count));
    return result;
  };

  const padSettings = ({ width, padding }: PadFieldAttributes): number[] => {
    const flat = padding.length === 2;
    const widths = padding.map(() => width);
    const modes = padding.map((mode) => paddingCodes[mode]);
    return [...(flat ? [0] : []), ...widths, ...(flat ? [paddingCodes.zero] : []), ...modes];
  };
  registerShaderKernel<{ x: TensorInfo }, PadFieldAttributes>(
    kernelNames.padField,
    ({ x }, attributes) => {
      const channels = x.shape.at(-1) as number;
      const width = widthFor(channels);
      const shape = mapSpace(x.shape, (n) => n + 2 * attributes.width);
      const integers = [...spaceOf(x), channels / width, ...padSettings(attributes)];
      return runOver(padShader(width), shape, width, {
        reads: [x],
        result: create(shape),
        integers,
      });
    },
  );
  registerShaderKernel<{ dy: TensorInfo }, PadFieldAttributes>(
    kernelNames.padFieldGradient,
    ({ dy }, attributes) => {
      const channels = dy.shape.at(-1) as number;
      const width = widthFor(channels);
      const result = create(mapSpace(dy.shape, (n) => n - 2 * attributes.width));
      const integers = [...spaceOf(result), channels / width, ...padSettings(attributes)];
      return runOver(padGradientShader(width), result.shape, width, {
        reads: [dy],
        result,
        integers,
      });
    },
  );

  registerShaderKernel<{ x: TensorInfo }, object>(kernelNames.rectify, ({ x }) => {
    const width = widthFor(sizeOf(x.shape));
    const result = create(x.shape);
    return runOver(rectifyShader(width), x.shape, width, { reads: [x], result, integers: [] });
  });
  registerShaderKernel<{ dy: TensorInfo; y: TensorInfo }, object>(
    kernelNames.rectifyGradient,
    ({ dy, y }) => {
      const width = widthFor(sizeOf(y.shape));
      const result = create(y.shape);
      const reads = [dy, y];
      return runOver(rectifyGradientShader(width), y.shape, width, { reads, result, integers: [] });
    },
  );

  /** Runs over the windows of `whole`, the larger of a field and its result. */
  const runOverWindows = (
    shaderOf: ShaderOf,
    whole: TensorInfo,
    reads: TensorInfo[],
    result: TensorInfo,
  ): TensorInfo => {
    const channels = whole.shape.at(-1) as number;
    const width = widthFor(channels);
    const levels = whole.shape.length === 5 ? 2 : 1;
    const integers = [...spaceOf(whole), channels / width, levels];
    const windows = mapSpace(whole.shape, (n) => n / 2);
    return runOver(shaderOf(width), windows, width, { reads, result, integers });
  };
  registerShaderKernel<{ x: TensorInfo }, object>(kernelNames.maxPoolHalf, ({ x }) =>
    runOverWindows(maxPoolShader, x, [x], create(mapSpace(x.shape, (n) => n / 2))),
  );
  registerShaderKernel<{ x: TensorInfo; y: TensorInfo; dy: TensorInfo }, object>(
    kernelNames.maxPoolHalfGradient,
    ({ x, y, dy }) => runOverWindows(maxPoolGradientShader, x, [x, y, dy], create(x.shape)),
  );
  registerShaderKernel<{ x: TensorInfo }, object>(kernelNames.upsampleDouble, ({ x }) => {
    const result = create(mapSpace(x.shape, (n) => 2 * n));
    return runOverWindows(upsampleShader, result, [x], result);
  });
  registerShaderKernel<{ dy: TensorInfo }, object>(kernelNames.upsampleDoubleGradient, ({ dy }) =>
    runOverWindows(upsampleGradientShader, dy, [dy], create(mapSpace(dy.shape, (n) => n / 2))),
  );

  const runAlong = (
    shaderOf: (width: Width, boundary: "periodic" | "wall") => Shader,
    x: TensorInfo,
    { axis, boundary }: CentralDifferenceAttributes,
  ): TensorInfo => {
    const inner = sizeOf(x.shape.slice(axis + 1));
    const width = widthFor(inner);
    const integers = [x.shape[axis] as number, inner / width];
    const shader = shaderOf(width, boundary);
    return runOver(shader, x.shape, width, { reads: [x], result: create(x.shape), integers });
  };
  registerShaderKernel<{ x: TensorInfo }, CentralDifferenceAttributes>(
    kernelNames.centralDifference,
    ({ x }, attributes) => runAlong(differenceShader, x, attributes),
  );
  registerShaderKernel<{ dy: TensorInfo }, CentralDifferenceAttributes>(
    kernelNames.centralDifferenceGradient,
    ({ dy }, attributes) => runAlong(differenceGradientShader, dy, attributes),
  );
}
