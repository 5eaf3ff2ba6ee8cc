import type { Key } from "@eddyflow/core";
import { threefry2x32 } from "./threefry.ts";

/** `count` uniform unsigned 32-bit words. */
export function bits(key: Key, count: number): Uint32Array {
  const words = new Uint32Array(count);
  threefry2x32(key, 0, words);
  return words;
}

/** `count` numbers uniform on [0, 1), multiples of 2⁻²⁴. */
export function uniform(key: Key, count: number): Float32Array {
  const words = bits(key, count);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = ((words[i] as number) >>> 8) / 0x100_0000;
  return out;
}

/**
 * `count` standard normal numbers by Box–Muller, z = √(−2 ln u)·(cos 2πw, sin 2πw), from 32-bit uniforms.
 * JAX inverts the error function instead, so that its bits differ.
 *
 * @param first - the number of the first one in the stream of the key, even; 0 unless given.
 */
export function normal(key: Key, count: number, first = 0): Float32Array {
  const words = new Uint32Array(2 * Math.ceil(count / 2));
  threefry2x32(key, first / 2, words);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    // 1 − u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - (words[i] as number) / 0x1_0000_0000));
    const angle = (2 * Math.PI * (words[i + 1] as number)) / 0x1_0000_0000;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** `count` integers uniform on 0 … bound − 1; `bound` is at most 2³², the bias at most bound / 2⁵³. */
export function integers(key: Key, count: number, bound: number): Uint32Array {
  const words = bits(key, 2 * count);
  const out = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const fraction =
      ((words[2 * i] as number) + (words[2 * i + 1] as number) / 0x1_0000_0000) / 0x1_0000_0000;
    out[i] = Math.min(bound - 1, Math.floor(fraction * bound));
  }
  return out;
}

/** A random order of 0 … count − 1, by Fisher and Yates. */
export function permutation(key: Key, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const words = bits(key, count);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(((words[i] as number) / 0x1_0000_0000) * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}
