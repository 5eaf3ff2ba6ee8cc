import type { Communicator } from "./communicator.ts";

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** The value of rank 0, as JSON carries it, in every rank. */
export const broadcastValue = async <T>(communicator: Communicator, value: T): Promise<T> =>
  decode(await communicator.broadcast(encode(communicator.rank === 0 ? value : null))) as T;

/** At rank 0 the values of all ranks, as JSON carries them; elsewhere nothing. */
export const gatherValues = async <T>(
  communicator: Communicator,
  value: T,
): Promise<readonly T[]> => (await communicator.gather(encode(value))).map(decode) as T[];

/** Whether it is so in any of the ranks; all get the same answer. */
export async function isAny(communicator: Communicator, own: boolean): Promise<boolean> {
  if (communicator.size === 1) return own;
  const count = Float32Array.of(own ? 1 : 0);
  await communicator.allReduceSum(count);
  return count[0] !== 0;
}
