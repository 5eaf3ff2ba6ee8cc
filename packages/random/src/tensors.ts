import type { Key } from "@eddyflow/core";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import { normal, uniform } from "./draws.ts";

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** A tensor of standard normal numbers; the same on every backend. The caller disposes it. */
export function normalTensor(key: Key, shape: readonly number[]): Tensor {
  return tensor(normal(key, sizeOf(shape)), [...shape], "float32");
}

/** A tensor of numbers uniform on [0, 1); the same on every backend. The caller disposes it. */
export function uniformTensor(key: Key, shape: readonly number[]): Tensor {
  return tensor(uniform(key, sizeOf(shape)), [...shape], "float32");
}
