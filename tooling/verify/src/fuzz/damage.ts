import { damageJson } from "./damage-json.ts";
import { type Draw, drawsOf } from "./draw.ts";

/** Numbers that often are the limits of something. */
const limits = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];

// A Buffer's own slice and fill do not do what an array's do.
const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts));

const cut = (bytes: Uint8Array, from: number, to: number): Uint8Array =>
  joined(bytes.subarray(0, from), bytes.subarray(to));

const insert = (bytes: Uint8Array, at: number, more: Uint8Array): Uint8Array =>
  joined(bytes.subarray(0, at), more, bytes.subarray(at));

const noise = (draw: Draw, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => draw(256));

/** What can become of a file; each gives a copy. */
const damages: readonly ((bytes: Uint8Array, draw: Draw) => Uint8Array)[] = [
  function setByte(bytes, draw) {
    return bytes.with(draw(bytes.length), draw(256));
  },
  function flipBit(bytes, draw) {
    const at = draw(bytes.length);
    return bytes.with(at, (bytes[at] as number) ^ (1 << draw(8)));
  },
  function fillRange(bytes, draw) {
    const at = draw(bytes.length);
    return bytes.slice().fill([0, 0xff, 0x20, 0x41][draw(4)] as number, at, at + 1 + draw(64));
  },
  function scrambleRange(bytes, draw) {
    const out = bytes.slice();
    const at = draw(bytes.length);
    out.set(noise(draw, Math.min(1 + draw(16), bytes.length - at)), at);
    return out;
  },
  function setNumber(bytes, draw) {
    const size = Math.min([1, 2, 4, 8][draw(4)] as number, bytes.length);
    const at = draw(bytes.length - size + 1);
    const out = bytes.slice();
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(BigInt(limits[draw(limits.length)] as number));
    out.set(value.subarray(0, size), at);
    return out;
  },
  function cutRange(bytes, draw) {
    const at = draw(bytes.length);
    return cut(bytes, at, at + 1 + draw(32));
  },
  function cutEnd(bytes, draw) {
    return bytes.slice(0, draw(bytes.length));
  },
  function insertNoise(bytes, draw) {
    return insert(bytes, draw(bytes.length + 1), noise(draw, 1 + draw(32)));
  },
  function repeatRange(bytes, draw) {
    const from = draw(bytes.length);
    return insert(bytes, draw(bytes.length + 1), bytes.slice(from, from + 1 + draw(64)));
  },
  function escapeSequence(bytes, draw) {
    return insert(bytes, draw(bytes.length + 1), new TextEncoder().encode("\u001b[31m\u202e"));
  },
];

/** One to three damages in a row; those of JSON where the file is JSON. */
function scrambled(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (draw(2) === 0) {
    const changed = damageJson(bytes, draw);
    if (changed !== null) return changed;
  }
  let out = bytes;
  for (let left = 1 + draw(3); left > 0 && out.length > 0; left--) {
    out = (damages[draw(damages.length)] as (typeof damages)[number])(out, draw);
  }
  return out;
}

/** The single-bit flips of a file come first in its numbers. */
export const flipsOf = (bytes: Uint8Array): number => 8 * bytes.length;

/**
 * The damaged file of a number: number k below 8 · bytes is the flip of bit k, and those from there on are random, drawn
 * from the seed, the name of the kind and the number alone.
 */
export function damaged(
  bytes: Uint8Array,
  { seed, name, number }: { readonly seed: number; readonly name: string; readonly number: number },
): Uint8Array {
  if (number >= flipsOf(bytes)) {
    return scrambled(bytes, drawsOf(seed, name, number - flipsOf(bytes)));
  }
  return bytes.with(number >> 3, (bytes[number >> 3] as number) ^ (1 << (number & 7)));
}
