import type { TensorInfo } from "@tensorflow/tfjs-core";

/** A field as a volume: a plane is one of a single level. */
export interface Volume {
  readonly batch: number;
  readonly levels: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** A field's sizes. */
export function volumeOf({ shape }: TensorInfo): Volume {
  const [batch, levels, rows, columns, channels] = (
    shape.length === 4 ? [shape[0], 1, ...shape.slice(1)] : shape
  ) as [number, number, number, number, number];
  return { batch, levels, rows, columns, channels };
}

/** The sizes of a weight; that of a plane has a depth of one. */
export interface Kernel {
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** A weight's sizes. */
export function kernelOf({ shape }: TensorInfo): Kernel {
  const [depth, height, width, inputs, outputs] = (shape.length === 4 ? [1, ...shape] : shape) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { depth, height, width, inputs, outputs };
}

/** The least multiple that is not less than n. */
export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** Most parts of a sum over points. Not the number of threads, so that the result does not depend on it. */
export const maximumSlots = 4;
