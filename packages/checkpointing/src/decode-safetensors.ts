import { CheckpointError, parseJson } from "@eddyflow/core";
import { isTensorName } from "./encode-safetensors.ts";
import type { Safetensors, StoredArray } from "./stored-array.ts";

const bytesPerNumber = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U8: 1 } as const;
type Dtype = keyof typeof bytesPerNumber;

/** As in the reference implementation. */
const maxHeaderBytes = 100_000_000;

/**
 * Reads a safetensors file. Arrays are views of `bytes` where their alignment allows it (always, in
 * files written here), so `bytes` must not change afterwards; F16 and BF16 become single precision.
 *
 * @param file - what to call the file in an error.
 * @throws CheckpointError where the file is cut short or damaged: header not JSON or longer than
 *   100 MB, a name, type or shape that cannot be, numbers that overlap, leave holes or are missing.
 */
export function decodeSafetensors(bytes: Uint8Array, file = "the safetensors file"): Safetensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = bytes.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(headerBytes <= Math.min(maxHeaderBytes, bytes.length - 8))) {
    throw damaged(`${file} has no header`, "a safetensors header within the file");
  }
  const start = 8 + headerBytes;
  const header = parseHeader(bytes.subarray(8, start), file);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw damaged(`${file} has metadata that are not text`, "names and texts");
  }
  const tensors = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry, file));
  let end = 0;
  for (const tensor of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin !== end) {
      throw damaged(
        `${file}: "${tensor.name}" begins at byte ${tensor.begin}`,
        `byte ${end}, without overlap or hole`,
      );
    }
    end = tensor.end;
  }
  if (end !== bytes.length - start) {
    throw damaged(`${file} holds ${bytes.length - start} bytes of numbers`, `${end} bytes`);
  }
  const arrays = tensors.map(({ name, dtype, shape, begin, end }) => {
    const offset = bytes.byteOffset + start + begin;
    return [name, readArray(dtype, shape, bytes.buffer, offset, end - begin)] as const;
  });
  return {
    arrays: Object.fromEntries(arrays),
    metadata: metadata as Readonly<Record<string, string>>,
  };
}

function parseHeader(bytes: Uint8Array, file: string): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(`${file} has a header that is not JSON`, "a safetensors file", cause);
  }
  if (!isRecord(header))
    throw damaged(`${file} has a header that is no object`, "names of tensors");
  return header;
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseEntry(name: string, entry: unknown, file: string): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const tensor = `${file}: tensor ${JSON.stringify(name)}`;
  if (!isTensorName(name)) throw damaged(`${tensor} has an unusable name`, "printable characters");
  if (typeof dtype !== "string" || !Object.hasOwn(bytesPerNumber, dtype)) {
    throw new CheckpointError({
      problem: `${tensor} is of type ${JSON.stringify(dtype)}`,
      expected: `one of ${Object.keys(bytesPerNumber).join(", ")}`,
      remedy: "store it as F32",
    });
  }
  if (!isCounts(shape)) throw damaged(`${tensor} has an unusable shape`, "whole numbers ≥ 0");
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw damaged(`${tensor} has unusable data_offsets`, "two whole numbers ≥ 0");
  }
  const [begin = 0, end = 0] = offsets;
  const size = shape.reduce((product, n) => product * n, bytesPerNumber[dtype as Dtype]);
  if (end - begin !== size) {
    throw damaged(`${tensor} has ${end - begin} bytes`, `${size} for [${shape.join(", ")}]`);
  }
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

function readArray(
  dtype: Dtype,
  shape: readonly number[],
  file: ArrayBufferLike,
  offset: number,
  size: number,
): StoredArray {
  const count = size / bytesPerNumber[dtype];
  const aligned = offset % bytesPerNumber[dtype] === 0;
  const buffer = aligned ? file : file.slice(offset, offset + size);
  const at = aligned ? offset : 0;
  switch (dtype) {
    case "F32":
      return { dtype, shape, data: new Float32Array(buffer, at, count) };
    case "F64":
      return { dtype, shape, data: new Float64Array(buffer, at, count) };
    case "I64":
      return { dtype, shape, data: new BigInt64Array(buffer, at, count) };
    case "I32":
      return { dtype, shape, data: new Int32Array(buffer, at, count) };
    case "U8":
      return { dtype, shape, data: new Uint8Array(buffer, at, count) };
    case "F16":
      return { dtype, shape, data: Float32Array.from(new Uint16Array(buffer, at, count), half) };
    case "BF16": {
      const words = Uint32Array.from(new Uint16Array(buffer, at, count), (bits) => bits << 16);
      return { dtype, shape, data: new Float32Array(words.buffer) };
    }
  }
}

/** The value of an IEEE 754 half: (−1)^s · 2^(e−15) · (1 + m/1024), or 2^(−14) · m/1024 where e = 0. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * mantissa;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 15) * (1 + mantissa / 1024);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

function damaged(problem: string, expected: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    problem,
    expected,
    remedy: "the file is damaged or cut short, copy it again",
    cause,
  });
}
