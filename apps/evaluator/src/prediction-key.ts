import type { Key } from "@eddyflow/core";
import { foldIn, keyFor } from "@eddyflow/random";

/**
 * The key of a step of a prediction: `foldIn(keyFor(seed, "prediction", row), step)`, where rows count the rollouts of
 * the store that is written, trajectory · members + member, and steps begin at 1. So a rollout depends on the seed and
 * its own row, not on the batch, the number of steps, or what else is predicted.
 */
export const predictionKey = (seed: number, row: number, step: number): Key =>
  foldIn(keyFor(seed, "prediction", row), step);
