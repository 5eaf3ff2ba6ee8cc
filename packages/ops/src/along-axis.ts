import {
  concat,
  matMul,
  reshape,
  slice,
  type Tensor,
  tensor,
  transpose,
  util,
} from "@tensorflow/tfjs-core";

/**
 * A linear map along one axis, dense: the values of all `parts` (of one shape, n along `axis`) side by side
 * times `matrix` `[parts · n, outputs · m]`, row by row, taken apart again into `outputs` tensors with m
 * along `axis`. By one product of matrices, which every backend has fast and right.
 */
export function multiplyAlongAxis(
  parts: readonly Tensor[],
  axis: number,
  matrix: DenseMatrix,
  outputs: number,
): Tensor[] {
  const { shape } = parts[0] as Tensor;
  const [outer, inner] = [
    util.sizeFromShape(shape.slice(0, axis)),
    util.sizeFromShape(shape.slice(axis + 1)),
  ];
  const n = shape[axis] as number;
  const rows = parts.map((part) =>
    reshape(transpose(reshape(part, [outer, n, inner]), [0, 2, 1]), [outer * inner, n]),
  );
  const product = matMul(
    (rows.length === 1 ? rows[0] : concat(rows, 1)) as Tensor,
    tensor(matrix.values, [parts.length * n, matrix.columns]),
  );
  const m = matrix.columns / outputs;
  const result = shape.map((size, k) => (k === axis ? m : size));
  return Array.from({ length: outputs }, (_, k) => {
    const own = outputs === 1 ? product : slice(product, [0, k * m], [outer * inner, m]);
    return reshape(transpose(reshape(own, [outer, inner, m]), [0, 2, 1]), result);
  });
}

/** A matrix, row-major. */
export interface DenseMatrix {
  readonly values: Float32Array;
  readonly columns: number;
}

/** The matrix of `rows` × `columns` with the entries `at(row, column)`. */
export function denseMatrix(
  rows: number,
  columns: number,
  at: (row: number, column: number) => number,
): DenseMatrix {
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) values[i * columns + j] = at(i, j);
  }
  return { values, columns };
}
