import type { Params } from "@eddyflow/core";
import { isConvolutionWeight, toStoredLayout, toStoredShape } from "./layout.ts";
import type { Float32Stored } from "./stored-array.ts";

/**
 * Reads parameters back into arrays, in PyTorch's layout: a convolution's weight (rank ≥ 4, named
 * "….weight") `[...kernel, in, out]` becomes `[out, in, ...kernel]`, all else stays as it is. One read
 * per tensor; the parameters are untouched.
 */
export async function paramsToArrays(
  params: Params,
): Promise<Readonly<Record<string, Float32Stored>>> {
  const arrays: Record<string, Float32Stored> = {};
  for (const [name, tensor] of Object.entries(params)) {
    const data = (await tensor.data<"float32">()) as Float32Array;
    arrays[name] = {
      dtype: "F32",
      shape: toStoredShape(name, tensor.shape),
      data: isConvolutionWeight(name, tensor.shape) ? toStoredLayout(data, tensor.shape) : data,
    };
  }
  return arrays;
}
