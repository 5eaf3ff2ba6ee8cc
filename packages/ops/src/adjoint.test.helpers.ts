import { grad, type Tensor, tensor, tidy, util } from "@tensorflow/tfjs-core";
import { expect } from "vitest";

/** Numbers in [−1, 1] without any pattern that an index error could hide in. */
export function values(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    const hash = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (hash - Math.floor(hash)) - 1;
  });
}

/** A tensor of {@link values}. */
export const field = (shape: number[], seed: number): Tensor =>
  tensor(values(util.sizeFromShape(shape), seed), shape, "float32");

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((total, value, i) => total + value * (b[i] as number), 0);

/** Largest difference of two arrays of numbers. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...Array.from(actual, (value, i) => Math.abs(value - (expected[i] as number))));
}

/**
 * Checks ⟨dy, J u⟩ = ⟨Jᵀ dy, u⟩ for the Jacobian J of `f` at `x`: Jᵀ dy from the registered gradient, J u by
 * a central difference over a step so short that no maximum changes its place.
 */
export async function expectAdjoint(f: (x: Tensor) => Tensor, x: Tensor): Promise<void> {
  const y = f(x);
  const dy = field(y.shape, 91);
  const dx = grad(f)(x, dy);
  const u = values(x.size, 92);
  const h = 2 ** -10;
  const moved = async (factor: number): Promise<Float32Array> => {
    const at = (await x.data()) as Float32Array;
    const shifted = tensor(
      at.map((value, i) => value + factor * (u[i] as number)),
      x.shape,
      "float32",
    );
    const image = tidy(() => f(shifted));
    const data = (await image.data()) as Float32Array;
    shifted.dispose();
    image.dispose();
    return data;
  };
  const [ahead, behind] = [await moved(h), await moved(-h)];
  const directional = ahead.map((value, i) => (value - (behind[i] as number)) / (2 * h));
  const forward = dot(directional, (await dy.data()) as Float32Array);
  const backward = dot((await dx.data()) as Float32Array, u);
  expect(Math.abs(forward - backward) / Math.sqrt(y.size)).toBeLessThan(2e-3);
  for (const t of [y, dy, dx]) t.dispose();
}

/** Checks ⟨dy, f(x)⟩ = ⟨Jᵀ dy, x⟩ to so many decimals for a linear `f`, Jᵀ dy from the registered gradient. */
export async function expectLinearAdjoint(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  decimals: number,
): Promise<void> {
  const y = f(x);
  const dy = field(y.shape, 2);
  const dx = grad(f)(x, dy);
  const forward = dot(await y.data(), await dy.data());
  expect(dot(await x.data(), await dx.data())).toBeCloseTo(forward, decimals);
  for (const t of [y, dy, dx]) t.dispose();
}
