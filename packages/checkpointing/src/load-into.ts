import { CheckpointError, type Params } from "@eddyflow/core";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import { isConvolutionWeight, toComputeLayout, toComputeShape, toStoredShape } from "./layout.ts";
import type { StoredArray } from "./stored-array.ts";

/** The shapes of a network's parameters by name, in the layout they are computed in. */
export type ExpectedShapes = Readonly<Record<string, readonly number[]>>;

export interface LoadOptions {
  /** Whether a missing or unexpected tensor is an error (default) or only listed. */
  readonly strict?: boolean;
}

export interface Loaded {
  /** What was found of what was expected, in the expected order. The caller disposes them. */
  readonly params: Params;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/**
 * Makes parameters of arrays in PyTorch's layout, checked against the shapes that the network has.
 * Double precision is rounded to single.
 *
 * @throws CheckpointError where a tensor has another shape or holds integers, and, if strict, where
 *   one is missing or unexpected.
 */
export function loadInto(
  expected: ExpectedShapes,
  arrays: Readonly<Record<string, StoredArray>>,
  { strict = true }: LoadOptions = {},
): Loaded {
  const names = Object.keys(expected);
  const found = names.filter((name) => Object.hasOwn(arrays, name));
  const missing = names.filter((name) => !Object.hasOwn(arrays, name));
  const unexpected = Object.keys(arrays).filter((name) => !Object.hasOwn(expected, name));
  if (strict && missing.length + unexpected.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`lacks ${list(missing)}`] : []),
      ...(unexpected.length > 0 ? [`has unexpected ${list(unexpected)}`] : []),
    ];
    throw ofAnotherNetwork(`the checkpoint ${parts.join(" and ")}`, `${names.length} tensors`);
  }
  const stored: [string, StoredArray & { readonly data: Float32Array | Float64Array }][] = [];
  for (const name of found) {
    const array = arrays[name] as StoredArray;
    const wanted = toStoredShape(name, expected[name] as readonly number[]);
    if (array.shape.length !== wanted.length || array.shape.some((n, i) => n !== wanted[i])) {
      throw ofAnotherNetwork(
        `tensor "${name}" of the checkpoint has shape [${array.shape.join(", ")}]`,
        `[${wanted.join(", ")}]`,
      );
    }
    if (array.dtype === "I64" || array.dtype === "I32" || array.dtype === "U8") {
      throw new CheckpointError({
        problem: `tensor "${name}" of the checkpoint is of type ${array.dtype}`,
        expected: "floating point numbers",
        remedy: "store it as F32",
      });
    }
    stored.push([name, array]);
  }
  const params = stored.map(([name, array]): [string, Tensor] => [name, toTensor(name, array)]);
  return { params: Object.fromEntries(params), missing, unexpected };
}

/**
 * Makes parameters of arrays in PyTorch's layout, whatever they are. The caller disposes them.
 *
 * @throws CheckpointError where a tensor holds integers.
 */
export function arraysToParams(arrays: Readonly<Record<string, StoredArray>>): Params {
  const shapes = Object.entries(arrays).map(
    ([name, { shape }]) => [name, toComputeShape(name, shape)] as const,
  );
  return loadInto(Object.fromEntries(shapes), arrays).params;
}

function toTensor(
  name: string,
  {
    shape,
    data,
  }: { readonly shape: readonly number[]; readonly data: Float32Array | Float64Array },
): Tensor {
  const single = data instanceof Float32Array ? data : Float32Array.from(data);
  const laidOut = isConvolutionWeight(name, shape) ? toComputeLayout(single, shape) : single;
  return tensor(laidOut, [...toComputeShape(name, shape)], "float32");
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function ofAnotherNetwork(problem: string, expected: string): CheckpointError {
  return new CheckpointError({
    problem,
    expected,
    remedy: "it belongs to another network: give a checkpoint of this one, or its features",
  });
}
