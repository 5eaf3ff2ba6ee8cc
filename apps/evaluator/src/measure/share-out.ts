import { deserialize, serialize } from "node:v8";
import type { Communicator } from "@eddyflow/parallel";

/** A part of a measurement that any rank can do by itself. */
export interface Part<Result> {
  /** What it takes, in any unit that its neighbours have too. */
  readonly price: number;
  /** What it comes to: numbers, arrays, maps and plain objects. */
  readonly measure: () => Promise<Result>;
}

export interface ShareOutOptions {
  readonly communicator: Communicator;
  /** Ends the wait for other ranks, too. */
  readonly signal: AbortSignal;
  /** Called first, with the part of the whole price that is this rank's. */
  readonly onShare: (share: number) => void;
}

/**
 * Measures parts in all ranks, each part in one of them. Collective.
 *
 * @returns at rank 0 each part's number and what it came to, to the bit and in the order of the parts; elsewhere nothing.
 */
export async function* shareOut<Result>(
  parts: readonly Part<Result>[],
  { communicator, signal, onShare }: ShareOutOptions,
): AsyncGenerator<readonly [number, Result]> {
  const { rank, size } = communicator;
  const ranks = ranksOf(
    parts.map(({ price }) => price),
    size,
  );
  const own = parts.filter((_, index) => ranks[index] === rank);
  const sum = (some: readonly Part<Result>[]) => some.reduce((all, { price }) => all + price, 0);
  const whole = sum(parts);
  onShare(whole === 0 ? 1 : sum(own) / whole);
  if (size === 1) {
    // None is held longer than it takes to add it up.
    for (const [index, part] of parts.entries()) yield [index, await part.measure()];
    return;
  }
  const measured: Result[] = [];
  for (const part of own) measured.push(await part.measure());
  // JSON would lose what is not finite, and text is longer than numbers.
  const gathered = await unlessAborted(communicator.gather(serialize(measured)), signal);
  const byRank = gathered.map((bytes) => (deserialize(bytes) as Result[]).values());
  for (const [index, owner] of byRank.length === 0 ? [] : ranks.entries()) {
    yield [index, byRank[owner]?.next().value as Result];
  }
}

/** The rank of each part: the dearest first, each to the rank that has least to do. */
function ranksOf(prices: readonly number[], size: number): readonly number[] {
  const loads: number[] = Array(size).fill(0);
  const ranks: number[] = Array(prices.length).fill(0);
  const byPrice = [...prices.entries()].toSorted(([, a], [, b]) => b - a);
  for (const [index, price] of byPrice) {
    const least = loads.indexOf(Math.min(...loads));
    ranks[index] = least;
    loads[least] = (loads[least] as number) + price;
  }
  return ranks;
}

/** What a promise gives, unless the signal is aborted before. */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const end = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { signal: end.signal });
  });
  return await Promise.race([promise, aborted]).finally(() => end.abort());
}
