import type { Communicator } from "./communicator.ts";

/** Does the work in rank 0, and when it is done there in all others at once: the first one makes what the others find. */
export async function zeroFirst<T>(
  { rank, barrier }: Pick<Communicator, "rank" | "barrier">,
  work: () => Promise<T>,
): Promise<T> {
  if (rank > 0) await barrier();
  const result = await work();
  if (rank === 0) await barrier();
  return result;
}
