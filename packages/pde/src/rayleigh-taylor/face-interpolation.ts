/**
 * The values at the n centres of cells between n points of a periodic axis, by the trigonometric polynomial through
 * them: an orthogonal matrix `[cell, face]`, face i below cell i. For even n the wave that alternates from face to face
 * vanishes at all centres; it is carried over as it stands, so that nothing is lost.
 */
export function periodicInterpolation(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let cell = 0; cell < n; cell++) {
    for (let face = 0; face < n; face++) {
      // The angle is reduced first, so that every row holds the same numbers.
      const distance = 2 * ((cell - face + n) % n) + 1;
      let sum = n % 2 === 0 ? (-1) ** (cell - face) + 1 : 1;
      for (let m = 1; 2 * m < n; m++) sum += 2 * Math.cos((Math.PI * m * distance) / n);
      matrix[cell * n + face] = sum / n;
    }
  }
  return matrix;
}

/**
 * The same on an axis between walls on which the values vanish, by the sine polynomial. Face 0 is the lower wall; the
 * columns of the other faces are orthonormal, and their transpose drops the wave that alternates from cell to cell.
 */
export function wallInterpolation(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let cell = 0; cell < n; cell++) {
    for (let face = 1; face < n; face++) {
      let sum = 0;
      for (let m = 1; m < n; m++) {
        sum +=
          Math.sin((Math.PI * m * (2 * cell + 1)) / (2 * n)) * Math.sin((Math.PI * m * face) / n);
      }
      matrix[cell * n + face] = (2 * sum) / n;
    }
  }
  return matrix;
}

/** Applies an n × n matrix, or its transpose, along the middle axis of `[outer, n, inner]`. */
export function applyAlong(
  matrix: Float64Array,
  [outer, n, inner]: readonly [number, number, number],
  input: Float64Array,
  out: Float64Array,
  { transpose }: { readonly transpose: boolean },
): void {
  out.fill(0);
  for (let block = 0; block < outer; block++) {
    for (let to = 0; to < n; to++) {
      const target = (block * n + to) * inner;
      for (let from = 0; from < n; from++) {
        const weight = matrix[transpose ? from * n + to : to * n + from] as number;
        const source = (block * n + from) * inner;
        for (let i = 0; i < inner; i++) {
          out[target + i] = (out[target + i] as number) + weight * (input[source + i] as number);
        }
      }
    }
  }
}
