import { ArgumentError } from "@eddyflow/core";
import { keyFor, permutation } from "@eddyflow/random";
import type { SimulationRecipe, Split } from "@eddyflow/systems";

/** Initial states that are taken unless another number is asked for, or the split has fewer. */
const usual = 8;

/**
 * The frames of a split that a reference ensemble starts from: the trajectories in turn, each at frames in an order of its
 * own, that are whole steps of a model and have a history before them and a next state after. More conditions begin with
 * those of fewer.
 *
 * @param asked - how many; null for the usual number, or as many as there are.
 * @throws ArgumentError where the split has fewer.
 */
export function chooseConditions(
  { trajectories, frames, frameStride, history }: SimulationRecipe,
  {
    split,
    seed,
    asked,
  }: { readonly split: Split; readonly seed: number; readonly asked: number | null },
): readonly { readonly trajectory: number; readonly frame: number }[] {
  const each = Math.max(0, Math.floor((frames - 1) / frameStride) + 1 - history);
  const most = each * trajectories[split];
  if (asked === null && most === 0) {
    throw new ArgumentError({
      problem: `trajectories of ${frames} frames hold no state with ${history} known and a next one, ${frameStride} frames apart`,
      expected: "longer trajectories",
      remedy: `set data.frames to ${frameStride * history + 1} or more`,
    });
  }
  if (asked !== null && asked > most) {
    throw new ArgumentError({
      problem: `--conditions ${asked} is more than the ${split} split has`,
      expected: `at most ${most}`,
      remedy: `write --conditions ${most}, or make more data with --trajectories`,
    });
  }
  return Array.from({ length: asked ?? Math.min(usual, most) }, (_, condition) => {
    const trajectory = condition % trajectories[split];
    const order = permutation(keyFor(seed, `ensemble frames/${split}`, trajectory), each);
    const place = order[Math.floor(condition / trajectories[split])] as number;
    return { trajectory, frame: frameStride * (history - 1 + place) };
  });
}
