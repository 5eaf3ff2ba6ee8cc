import { endianness } from "node:os";
import { notNumbers } from "./source.ts";

/** A type of numbers in NumPy's words: kind, bytes, order of the bytes. */
export interface NpyType {
  /** As a person knows it: "float32", "big-endian int16". */
  readonly name: string;
  readonly itemBytes: number;
  /** The numbers in some bytes. The bytes may be changed by it. */
  decode(bytes: Buffer): ArrayLike<number>;
}

/** Half floats: a bit of sign, five of the exponent, ten of the fraction (IEEE 754, binary16). */
export function fromHalfFloats(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = (bits & 1023) / 1024;
    if (exponent === 0) return sign * 2 ** -14 * fraction;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * 2 ** (exponent - 15) * (1 + fraction);
  });
}

type Numbers = new (buffer: ArrayBuffer) => ArrayLike<number | bigint>;

const kinds: Readonly<Record<string, readonly [name: string, array: Numbers]>> = {
  b1: ["bool", Uint8Array],
  i1: ["int8", Int8Array],
  u1: ["uint8", Uint8Array],
  i2: ["int16", Int16Array],
  u2: ["uint16", Uint16Array],
  i4: ["int32", Int32Array],
  u4: ["uint32", Uint32Array],
  i8: ["int64", BigInt64Array],
  u8: ["uint64", BigUint64Array],
  f2: ["float16", Uint16Array],
  f4: ["float32", Float32Array],
  f8: ["float64", Float64Array],
};

function swapBytes(bytes: Buffer, itemBytes: number): void {
  if (itemBytes === 2) bytes.swap16();
  if (itemBytes === 4) bytes.swap32();
  if (itemBytes === 8) bytes.swap64();
}

/**
 * The type that NumPy writes as `<f4`, `>i2` or `|u1`.
 *
 * @throws DataError for what is no real number: texts, complex numbers, records, objects.
 */
export function npyType(descr: string, where: string): NpyType {
  const [, order = "", code = ""] = /^([<>|=]?)([a-zA-Z]\d+)$/u.exec(descr) ?? [];
  const kind = Object.hasOwn(kinds, code) ? kinds[code] : undefined;
  if (kind === undefined) {
    const shown = code === "" ? descr : code;
    throw notNumbers(where, `"${shown}"`);
  }
  const [name, NumbersOf] = kind;
  const itemBytes = Number(code.slice(1));
  const isBig = order === ">";
  const isSwapped = itemBytes > 1 && isBig !== (endianness() === "BE");
  return {
    name: isBig && itemBytes > 1 ? `big-endian ${name}` : name,
    itemBytes,
    decode: (bytes) => {
      if (isSwapped) swapBytes(bytes, itemBytes);
      const own = new ArrayBuffer(bytes.length);
      new Uint8Array(own).set(bytes);
      const values = new NumbersOf(own);
      if (code === "f2") return fromHalfFloats(values as Uint16Array);
      if (itemBytes === 8 && code !== "f8") {
        return Float64Array.from(values as BigInt64Array, Number);
      }
      return values as ArrayLike<number>;
    },
  };
}
