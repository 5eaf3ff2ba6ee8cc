import { ArgumentError, type BatchRows } from "@eddyflow/core";
import type { Communicator } from "./communicator.ts";

/**
 * The rows that a rank has of what all ranks share out: every size-th from its own number on, so that rows which are
 * sorted by their cost are shared out evenly. Nothing where there is one rank, which has all.
 *
 * @param of - rows altogether.
 * @throws ArgumentError where there are more ranks than rows.
 */
export function rowsOfRank(
  { rank, size }: Pick<Communicator, "rank" | "size">,
  of: number,
): BatchRows | undefined {
  if (size === 1) return undefined;
  if (of >= size) return { from: rank, every: size, of };
  throw new ArgumentError({
    problem: `${size} ranks cannot share out a batch of ${of}`,
    expected: "a sample for each rank at least",
    remedy: "start fewer processes, or raise batchSize",
  });
}
