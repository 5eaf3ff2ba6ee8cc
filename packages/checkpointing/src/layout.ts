/** Whether a parameter is a convolution's weight, which PyTorch lays out otherwise than TensorFlow. */
export function isConvolutionWeight(name: string, shape: readonly number[]): boolean {
  return shape.length >= 3 && (name === "weight" || name.endsWith(".weight"));
}

/** `[...kernel, in, out]` to `[out, in, ...kernel]`. */
export function toStoredShape(name: string, shape: readonly number[]): readonly number[] {
  if (!isConvolutionWeight(name, shape)) return shape;
  return [...shape.slice(-1), ...shape.slice(-2, -1), ...shape.slice(0, -2)];
}

/** `[out, in, ...kernel]` to `[...kernel, in, out]`. */
export function toComputeShape(name: string, shape: readonly number[]): readonly number[] {
  if (!isConvolutionWeight(name, shape)) return shape;
  return [...shape.slice(2), ...shape.slice(1, 2), ...shape.slice(0, 1)];
}

/**
 * Lays the numbers of a `[...kernel, in, out]` weight out as `[out, in, ...kernel]`: with the kernel
 * as one axis that is the reversal of three axes, and so is the way back.
 */
export function toStoredLayout(data: Float32Array, computeShape: readonly number[]): Float32Array {
  const outputs = computeShape.at(-1) as number;
  const inputs = computeShape.at(-2) as number;
  return reverseAxes(data, [data.length / (inputs * outputs), inputs, outputs]);
}

/** Lays the numbers of an `[out, in, ...kernel]` weight out as `[...kernel, in, out]`. */
export function toComputeLayout(data: Float32Array, storedShape: readonly number[]): Float32Array {
  const [outputs, inputs] = storedShape as [number, number];
  return reverseAxes(data, [outputs, inputs, data.length / (inputs * outputs)]);
}

function reverseAxes(data: Float32Array, [a, b, c]: readonly [number, number, number]) {
  const reversed = new Float32Array(data.length);
  let read = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) reversed[(k * b + j) * a + i] = data[read++] as number;
    }
  }
  return reversed;
}
