import type { Batch } from "@eddyflow/core";
import { clone, concat, type Tensor } from "@tensorflow/tfjs-core";

/**
 * The condition y of a batch: the previous state and the further known channels, in this order along the
 * last axis, or null where there are neither. The caller disposes it; it is never the batch's own tensor.
 */
export function conditionOf({ previous, extras }: Batch): Tensor | null {
  const parts = [previous, extras].filter((part) => part !== null);
  if (parts.length === 2) return concat(parts, -1);
  return parts[0] === undefined ? null : clone(parts[0]);
}
