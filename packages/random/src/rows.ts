import type { BatchRows } from "@eddyflow/core";

/** The number of rows that are meant. */
export const numRows = ({ from, every, of }: BatchRows): number =>
  Math.max(0, Math.ceil((of - from) / every));

/**
 * What is drawn per row of a batch: `draw(n)` gives n numbers, or several lists of n by name, for all rows, of which
 * those of `rows` are returned. So processes that share out a batch draw together what one process draws.
 *
 * @param count - of the rows that are wanted: all that there are where `rows` is not given.
 */
export function drawRows<Drawn extends object>(
  count: number,
  rows: BatchRows | undefined,
  draw: (count: number) => Drawn,
): Drawn {
  if (rows === undefined) return draw(count);
  const drawn = draw(rows.of);
  const isOwn = (_: unknown, row: number) =>
    row >= rows.from && (row - rows.from) % rows.every === 0;
  const own = (list: Float32Array) => list.filter(isOwn);
  if (ArrayBuffer.isView(drawn)) return own(drawn as never) as never;
  return Object.fromEntries(
    Object.entries(drawn).map(([name, list]) => [name, own(list)]),
  ) as Drawn;
}
