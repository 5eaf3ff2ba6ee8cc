import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { decodeSafetensors } from "./decode-safetensors.ts";
import { encodeSafetensors } from "./encode-safetensors.ts";
import type { Float32Stored } from "./stored-array.ts";

const stored = (shape: readonly number[], ...data: number[]): Float32Stored => ({
  dtype: "F32",
  shape,
  data: Float32Array.from(data),
});

/** A file with this header and so many bytes of numbers, built by hand. */
function fileOf(header: object | string, numBytes: number): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + json.length + numBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

const decodeHeader = (header: object | string, numBytes: number) => () =>
  decodeSafetensors(fileOf(header, numBytes));

test("what was written is read, in the same order", () => {
  const arrays = { "b.weight": stored([2, 1], 1, -0), a: stored([], 3), empty: stored([0, 4]) };
  const decoded = decodeSafetensors(encodeSafetensors(arrays, { step: "7" }));
  expect(Object.keys(decoded.arrays)).toEqual(["b.weight", "a", "empty"]);
  expect(decoded).toEqual({ arrays, metadata: { step: "7" } });
});

test("a file is header length, JSON header, then numbers at a multiple of 8", () => {
  const bytes = encodeSafetensors({ x: stored([1], 1.5) });
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(headerBytes % 8).toBe(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
  expect(header).toEqual({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4] } });
  expect([...bytes.subarray(8 + headerBytes)]).toEqual([0, 0, 0xc0, 0x3f]);
});

test("numbers are read wherever the file begins in memory", () => {
  const bytes = encodeSafetensors({ x: stored([2], 1.5, -2) });
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  expect(decodeSafetensors(shifted).arrays["x"]?.data).toEqual(Float32Array.of(1.5, -2));
});

test("a file of Python's safetensors holds the numbers that were put in", async () => {
  const url = new URL("../../../tooling/reference/safetensors/python.safetensors", import.meta.url);
  const { arrays, metadata } = decodeSafetensors(await readFile(url));
  expect(metadata).toEqual({ "made by": "numpy" });
  expect(arrays).toEqual({
    "conv.weight": stored([2, 3, 1, 2], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    "conv.bias": stored([2], 0.5, -1.25),
    half: {
      dtype: "F16",
      shape: [5],
      data: Float32Array.of(1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY),
    },
    double: { dtype: "F64", shape: [1, 2], data: Float64Array.of(1 / 3, Math.PI) },
    steps: { dtype: "I64", shape: [2], data: BigInt64Array.of(2n ** 40n + 1n, -7n) },
    counts: { dtype: "I32", shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) },
    bytes: { dtype: "U8", shape: [3], data: Uint8Array.of(0, 255, 7) },
    scalar: stored([], 42),
  });
});

test("bfloat16 is the upper half of a single", () => {
  const bytes = fileOf({ x: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, 4);
  bytes.set([0x80, 0x3f, 0x49, 0xc0], bytes.length - 4);
  expect(decodeSafetensors(bytes).arrays["x"]?.data).toEqual(Float32Array.of(1, -3.140625));
});

test("a file cut short anywhere is refused", () => {
  const bytes = encodeSafetensors({ x: stored([2], 1, 2) });
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(/cut short, copy it again/);
  }
});

test("overlaps, holes, wrong sizes and foreign types are refused", () => {
  const x = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  const y = { dtype: "F32", shape: [1], data_offsets: [4, 8] };
  expect(decodeHeader({ x, y }, 8)).toThrow(/"y" begins at byte 4; expected byte 8/);
  expect(decodeHeader({ x, y: { ...y, data_offsets: [12, 16] } }, 16)).toThrow(/begins at byte 12/);
  expect(decodeHeader({ x }, 12)).toThrow(/holds 12 bytes of numbers; expected 8 bytes/);
  expect(decodeHeader({ x: { ...x, shape: [3] } }, 8)).toThrow(/has 8 bytes; expected 12/);
  expect(decodeHeader({ x: { ...x, shape: [-2] } }, 8)).toThrow(/unusable shape/);
  expect(decodeHeader({ x: { ...x, shape: [2 ** 60] } }, 8)).toThrow(/unusable shape/);
  expect(decodeHeader({ x: { ...x, data_offsets: [8, 0] } }, 8)).toThrow(/has -8 bytes/);
  expect(decodeHeader({ x: { ...x, dtype: "C64" } }, 8)).toThrow(/of type "C64".*store it as F32/);
  expect(decodeHeader({ x: null }, 0)).toThrow(/of type undefined/);
});

test("a header that is no JSON object of printable names is refused", () => {
  expect(decodeHeader("[1]", 0)).toThrow(/header that is no object/);
  expect(decodeHeader("{", 0)).toThrow(/header that is not JSON/);
  expect(decodeHeader({ __metadata__: { a: 1 } }, 0)).toThrow(/metadata that are not text/);
  const entry = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}';
  expect(decodeHeader(`{"__proto__":${entry}}`, 0)).toThrow(/unusable name/);
  expect(decodeHeader(`{"a\\u0000":${entry}}`, 0)).toThrow(/unusable name/);
  const huge = fileOf("{}", 0);
  new DataView(huge.buffer).setBigUint64(0, 2n ** 63n, true);
  expect(() => decodeSafetensors(huge)).toThrow(/has no header/);
});

test("only what can be read is written", () => {
  expect(() => encodeSafetensors({ x: stored([3], 1, 2) })).toThrow(/has 2 numbers; expected 3/);
  expect(() => encodeSafetensors({ __metadata__: stored([0]) })).toThrow(/cannot be named/);
});
