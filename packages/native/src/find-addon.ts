import { BackendError, isEddyflowError } from "@eddyflow/core";
import { findCompiler } from "./compile-addon.ts";
import type { Machine } from "./machine.ts";
import { findPrebuilt } from "./prebuilt-addon.ts";

/**
 * How the addon is made: compiled where there is a compiler, else the one that came with this package, at `path`.
 *
 * @throws BackendError where there is neither.
 */
export async function findAddon(
  recipe: string,
  machine: Machine,
  signal?: AbortSignal,
): Promise<{ readonly compiler: string; readonly path: string | null }> {
  try {
    return { compiler: await findCompiler(signal), path: null };
  } catch (error) {
    if (!isEddyflowError(error, "BackendError")) throw error;
    const found = await findPrebuilt(recipe, machine);
    if (typeof found !== "string") return found;
    const { problem, expected, remedy } = error;
    throw new BackendError({ problem: `${problem}, and ${found}`, expected, remedy, cause: error });
  }
}
