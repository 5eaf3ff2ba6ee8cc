import { type Padding, ShapeError } from "@eddyflow/core";
import { add, clone, concat, type Tensor, zeros } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { reverseAxis, sliceAxis, spatialShape } from "./spatial.ts";

/** Attributes of the kernels `PadField` and `PadFieldGradient`. */
export interface PadFieldAttributes {
  /** Number of cells added at each end of each spatial axis. */
  readonly width: number;
  /** One per spatial axis. */
  readonly padding: readonly Padding[];
}

/** What stands before and after `x` along `axis`. */
function borders(x: Tensor, axis: number, width: number, padding: Padding): [Tensor, Tensor] {
  const n = x.shape[axis] as number;
  switch (padding) {
    case "periodic":
      return [sliceAxis(x, axis, n - width, width), sliceAxis(x, axis, 0, width)];
    case "reflect":
      return [
        reverseAxis(sliceAxis(x, axis, 1, width), axis),
        reverseAxis(sliceAxis(x, axis, n - 1 - width, width), axis),
      ];
    case "zero": {
      const border = zeros(x.shape.map((size, k) => (k === axis ? width : size)));
      return [border, border];
    }
  }
}

/** `part` in a field of zeros of length `n` along `axis`, from `start` on. */
function embed(part: Tensor, axis: number, start: number, n: number): Tensor {
  const shapeOf = (length: number): number[] =>
    part.shape.map((size, k) => (k === axis ? length : size));
  const after = n - start - (part.shape[axis] as number);
  return concat([zeros(shapeOf(start)), part, zeros(shapeOf(after))], axis);
}

function foldAxis(dy: Tensor, axis: number, width: number, padding: Padding): Tensor {
  const n = (dy.shape[axis] as number) - 2 * width;
  const core = sliceAxis(dy, axis, width, n);
  if (padding === "zero") return core;
  const before = sliceAxis(dy, axis, 0, width);
  const after = sliceAxis(dy, axis, n + width, width);
  const [first, last] =
    padding === "periodic"
      ? [embed(after, axis, 0, n), embed(before, axis, n - width, n)]
      : [
          embed(reverseAxis(before, axis), axis, 1, n),
          embed(reverseAxis(after, axis), axis, n - 1 - width, n),
        ];
  return add(core, add(first, last));
}

export const padField: Operation<{ x: Tensor }, [], PadFieldAttributes> = {
  kernelName: kernelNames.padField,
  portable: ({ x }, { width, padding }) =>
    padding.reduce((field, mode, k) => {
      const [before, after] = borders(field, k + 1, width, mode);
      return concat([before, field, after], k + 1);
    }, x),
  gradient: {
    gradFunc: (dy, _, attributes) => ({
      x: () => runOperation(padFieldGradient, { dy }, attributes),
    }),
  },
};

export const padFieldGradient: Operation<{ dy: Tensor }, [], PadFieldAttributes> = {
  kernelName: kernelNames.padFieldGradient,
  portable: ({ dy }, { width, padding }) =>
    padding.reduceRight((field, mode, k) => foldAxis(field, k + 1, width, mode), dy),
  gradient: {
    gradFunc: (ddx, _, attributes) => ({
      dy: () => runOperation(padField, { x: ddx }, attributes),
    }),
  },
};

/** Throws a ShapeError where a field cannot be continued in this way. */
export function checkedPadding(x: Tensor, width: number, padding: readonly Padding[]): void {
  const space = spatialShape(x);
  if (space.length !== padding.length) {
    throw new ShapeError({
      problem: `pad got ${padding.length} paddings for a tensor of shape [${x.shape}]`,
      expected: "one per spatial axis of [batch, ...space, channel]",
      remedy: "pass one padding per spatial axis",
    });
  }
  padding.forEach((mode, k) => {
    const least = mode === "periodic" ? width : mode === "reflect" ? width + 1 : 1;
    if ((space[k] as number) < least) {
      throw new ShapeError({
        problem: `${mode} padding by ${width} of an axis of ${space[k]} cells`,
        expected: `at least ${least} cells`,
        remedy: "use a finer grid or fewer levels",
      });
    }
  });
}

/**
 * Continues a field `[batch, ...space, channel]` by `width` cells beyond both ends of every spatial axis:
 * `periodic` repeats it, `zero` adds zeros, `reflect` mirrors it about the outermost cells (which are not
 * repeated). Axes are padded one after the other, so that corners follow from both. The caller disposes the
 * result.
 *
 * @param padding One per spatial axis.
 * @throws ShapeError where an axis is too short: periodic needs `width` cells, reflect one more.
 */
export function pad(x: Tensor, width: number, padding: readonly Padding[]): Tensor {
  checkedPadding(x, width, padding);
  if (width === 0) return clone(x);
  return runOperation(padField, { x }, { width, padding });
}
