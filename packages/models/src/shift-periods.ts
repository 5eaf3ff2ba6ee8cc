import type { NetworkDescription } from "@eddyflow/core";

/**
 * The shifts that a network commutes with, N(shifted inputs) = shifted N(inputs): along each spatial axis their
 * smallest number of cells, of which the others are multiples; null where it commutes with none.
 *
 * A U-Net of L levels commutes with shifts by its total stride 2^(L − 1) along an axis that its padding makes periodic.
 * A shorter one moves other cells together into a cell of the coarsest level. Along an axis where it is told its
 * position, or that is padded otherwise, it commutes with none. Nor does it with mirrors or turns, whatever symmetry the
 * equation has: its weights are learnt, and have no symmetry. Of a network of one's own nothing is known.
 */
export function shiftPeriods({
  features,
  padding,
  position = [],
  own,
}: NetworkDescription): readonly (number | null)[] {
  if (own !== undefined) return padding.map(() => null);
  const stride = 2 ** (features.length - 1);
  return padding.map((kind, axis) =>
    kind === "periodic" && !position.includes(axis) ? stride : null,
  );
}
