import type { BatchRows, Key } from "@eddyflow/core";
import { type Tensor, tensor, util } from "@tensorflow/tfjs-core";
import { normal, uniform } from "./draws.ts";
import { numRows } from "./rows.ts";

/**
 * A tensor of standard normal numbers; the same on every backend. The caller disposes it.
 *
 * @param rows - which rows of a larger tensor this one holds, along the axis that counts those of a batch, once or several
 *   times; the numbers are those that the larger one has there, and no others are drawn. All of them unless given.
 */
export function normalTensor(
  key: Key,
  shape: readonly number[],
  rows?: BatchRows,
  axis = 0,
): Tensor {
  const size = util.sizeFromShape([...shape]);
  const values = rows === undefined ? normal(key, size) : ownRows(key, shape, { rows, axis });
  return tensor(values, [...shape], "float32");
}

/** The values of a tensor's rows, drawn where the whole tensor has them in the stream. */
function ownRows(
  key: Key,
  shape: readonly number[],
  { rows, axis }: { readonly rows: BatchRows; readonly axis: number },
): Float32Array {
  const { from, every, of } = rows;
  const length = util.sizeFromShape(shape.slice(axis + 1));
  const own = numRows(rows);
  const values = new Float32Array(util.sizeFromShape([...shape]));
  for (let at = 0; at * length < values.length; at++) {
    const first = (Math.floor(at / own) * of + from + (at % own) * every) * length;
    const odd = first % 2;
    values.set(normal(key, length + odd, first - odd).subarray(odd), at * length);
  }
  return values;
}

/** A tensor of numbers uniform on [0, 1); the same on every backend. The caller disposes it. */
export function uniformTensor(key: Key, shape: readonly number[]): Tensor {
  return tensor(uniform(key, util.sizeFromShape([...shape])), [...shape], "float32");
}
