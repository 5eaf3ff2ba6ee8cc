import { key, normalTensor } from "@eddyflow/random";
import { dispose, memory, mul, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { fourierCoefficients } from "./fourier-coefficients.ts";

/** The unit vectors of a space, one per sample. */
const unitVectors = (space: readonly number[]): Tensor => {
  const n = space.reduce((size, each) => size * each, 1);
  const values = new Float32Array(n * n);
  for (let i = 0; i < n; i++) values[i * n + i] = 1;
  return tensor(values, [n, ...space, 1]);
};

test.each([[[8]], [[7]], [[4, 6]], [[5, 4]], [[3, 5]], [[2, 4, 6]], [[3, 2, 5]]])(
  "on a space of %s the coefficients are those of an orthonormal basis",
  async (space) => {
    const tensors = memory().numTensors;
    const [fields, matrix] = tidy(() => {
      const fields = unitVectors(space);
      return [fields, fourierCoefficients(fields)];
    }) as [Tensor, Tensor];
    const n = fields.shape[0] as number;
    const places = matrix.shape[1] as number;
    const rows = await matrix.data();
    const basis = Array.from({ length: places }, (_, k) =>
      Array.from({ length: n }, (_, i) => rows[i * places + k] as number),
    ).filter((vector) => vector.some((value) => value !== 0));
    expect(basis.length).toBe(n);
    for (const [i, own] of basis.entries()) {
      for (const [j, other] of basis.entries()) {
        const product = own.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
        // Sums of up to 48 products of float32 numbers.
        expect(product).toBeAllclose(i === j ? 1 : 0, { atol: 2e-6 });
      }
    }
    dispose([fields, matrix]);
    expect(memory().numTensors).toBe(tensors);
  },
);

test("a wave of one length has one coefficient, in each channel its own", async () => {
  const [ny, nx] = [6, 8];
  const values = Float32Array.from({ length: ny * nx * 2 }, (_, i) => {
    const point = Math.floor(i / 2);
    const phase = 2 * Math.PI * (Math.floor(point / nx) / ny + (2 * (point % nx)) / nx);
    return i % 2 === 0 ? Math.cos(phase) : 3 * Math.sin(phase);
  });
  const field = tensor(values, [1, ny, nx, 2]);
  const found = Array.from(await fourierCoefficients(field).data());
  const large = found.filter((value) => Math.abs(value) > 1e-4);
  // A cosine has the norm √(n/2).
  expect(large).toBeAllclose([Math.sqrt((ny * nx) / 2), -3 * Math.sqrt((ny * nx) / 2)], {
    rtol: 1e-5,
  });
});

test("a factor of the field is one of its coefficients", async () => {
  const x = normalTensor(key(1), [2, 4, 5, 3]);
  const double = await fourierCoefficients(mul(x, 2)).data();
  const single = Array.from(await fourierCoefficients(x).data());
  expect(double).toBeAllclose(
    single.map((value) => 2 * value),
    { atol: 1e-5 },
  );
});
