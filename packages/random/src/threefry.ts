import { ArgumentError, type Key } from "@eddyflow/core";

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: a bijection of the counter (c0, c1) under `key`, the block cipher behind
 * every draw. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011);
 * it reproduces the known-answer vectors of Random123 and the bits of `jax.random`.
 *
 * Writes the two unsigned 32-bit words of block i into `out[2i]` and `out[2i + 1]`, for counters
 * (0, first + i).
 *
 * @throws ArgumentError where the key is not two numbers, such as a seed.
 */
export function threefry2x32(key: Key, first: number, out: Uint32Array): void {
  requireKey(key);
  const k0 = key[0] >>> 0;
  const k1 = key[1] >>> 0;
  const schedule = [k0, k1, (parity ^ k0 ^ k1) >>> 0] as const;
  for (let block = 0; 2 * block < out.length; block++) {
    const counter = first + block;
    // A counter beyond 2³² carries into the high word, so that no stream repeats.
    let x0 = (Math.floor(counter / 0x1_0000_0000) + k0) | 0;
    let x1 = (counter + k1) | 0;
    for (let group = 0; group < 5; group++) {
      const offset = (group & 1) << 2;
      for (let round = 0; round < 4; round++) {
        const r = rotations[offset + round] as number;
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
      }
      x0 = (x0 + (schedule[(group + 1) % 3] as number)) | 0;
      x1 = (x1 + (schedule[(group + 2) % 3] as number) + group + 1) | 0;
    }
    out[2 * block] = x0;
    if (2 * block + 1 < out.length) out[2 * block + 1] = x1;
  }
}

/** Anything else would count as 0, and every seed would draw the same. */
function requireKey(value: unknown): asserts value is Key {
  const words: readonly unknown[] = Array.isArray(value) ? value : [];
  if (words.length === 2 && words.every(Number.isInteger)) return;
  const shown = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "undefined");
  throw new ArgumentError({
    problem: `${shown} is no random key`,
    expected: "a key of @eddyflow/random, two whole numbers",
    remedy: `make one of a seed: key(${typeof value === "number" ? value : 0})`,
  });
}
