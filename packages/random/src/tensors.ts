import type { Key } from "@eddyflow/core";
import { type Tensor, tensor, util } from "@tensorflow/tfjs-core";
import { normal, uniform } from "./draws.ts";

/** A tensor of standard normal numbers; the same on every backend. The caller disposes it. */
export function normalTensor(key: Key, shape: readonly number[]): Tensor {
  return tensor(normal(key, util.sizeFromShape([...shape])), [...shape], "float32");
}

/** A tensor of numbers uniform on [0, 1); the same on every backend. The caller disposes it. */
export function uniformTensor(key: Key, shape: readonly number[]): Tensor {
  return tensor(uniform(key, util.sizeFromShape([...shape])), [...shape], "float32");
}
