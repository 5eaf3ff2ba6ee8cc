import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { decodeSafetensors, encodeSafetensors, paramsToArrays } from "@eddyflow/checkpointing";
import type { Params } from "@eddyflow/core";

/**
 * Writes weights (in PyTorch's layout, as "weights.…"), inputs and output for the other engines to begin with.
 * Where the file is there, another engine has written it: the output is compared instead.
 *
 * @returns max |own − reference| / max |reference|, or null for the first.
 */
export async function agree(
  file: string,
  weights: Params,
  arrays: Params & { readonly output: Params[string] },
): Promise<number | null> {
  const own = await paramsToArrays(arrays);
  if (existsSync(file)) {
    const { output } = decodeSafetensors(readFileSync(file), file).arrays;
    return difference(own["output"]?.data as Float32Array, output?.data as Float32Array);
  }
  const named = Object.entries(await paramsToArrays(weights)).map(
    ([name, array]) => [`weights.${name}`, array] as const,
  );
  writeFileSync(file, encodeSafetensors({ ...Object.fromEntries(named), ...own }));
  return null;
}

/** max |own − reference| / max |reference|. */
export function difference(own: Float32Array, reference: Float32Array): number {
  const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gap = own.reduce((most, value, i) => {
    return Math.max(most, Math.abs(value - (reference[i] as number)));
  }, 0);
  return gap / largest;
}
