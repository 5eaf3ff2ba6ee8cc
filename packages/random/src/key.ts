import { ArgumentError, type Key } from "@eddyflow/core";
import { threefry2x32 } from "./threefry.ts";

/**
 * The key of a seed, as `jax.random.key` makes it: (high word, low word).
 *
 * @param seed - a non-negative integer below 2⁵³.
 * @throws ArgumentError for any other number.
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ArgumentError({
      problem: `seed ${seed} is not usable`,
      expected: "a non-negative integer below 2^53",
      remedy: "give another seed",
    });
  }
  return [Math.floor(seed / 0x1_0000_0000), seed >>> 0];
}

/** As many keys as a number says: a tuple where it is written out, else a list. */
export type Keys<Count extends number, Made extends readonly Key[] = []> = number extends Count
  ? readonly Key[]
  : Made["length"] extends Count
    ? Made
    : Keys<Count, readonly [...Made, Key]>;

/**
 * `count` keys whose streams are independent of each other and of the parent's, which is used up:
 * `const [forNoise, forTimes] = split(parent)`.
 *
 * @param count - a whole number, 2 unless given.
 * @throws ArgumentError where the parent is no key.
 */
export function split<Count extends number = 2>(
  parent: Key,
  count: Count = 2 as Count,
): Keys<Count> {
  const words = new Uint32Array(2 * count);
  threefry2x32(parent, 0, words);
  const keys = Array.from({ length: count }, (_, i) => [words[2 * i] ?? 0, words[2 * i + 1] ?? 0]);
  return keys as unknown as Keys<Count>;
}

/** The key that belongs to `parent` and a whole number; different numbers give independent keys. */
export function foldIn(parent: Key, data: number): Key {
  const words = new Uint32Array(2);
  threefry2x32(parent, data, words);
  return [words[0] ?? 0, words[1] ?? 0];
}

/**
 * The key of a purpose at a step: draws depend on (seed, purpose, step) and on nothing that happened
 * before, so that a resumed run draws what the uninterrupted one would have drawn.
 */
export function keyFor(seed: number, purpose: string, step: number): Key {
  let stream = key(seed);
  for (const byte of new TextEncoder().encode(purpose)) stream = foldIn(stream, byte);
  return foldIn(stream, step);
}
