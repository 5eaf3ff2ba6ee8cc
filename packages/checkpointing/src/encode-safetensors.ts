import { CheckpointError } from "@eddyflow/core";
import { halfBits } from "./half-bits.ts";
import type { Float32Stored, HalfStored } from "./stored-array.ts";

/**
 * The bytes of a safetensors file: header length (8 bytes, little-endian), JSON header padded with
 * spaces so that the numbers begin at a multiple of 8, numbers in the order of `arrays`.
 *
 * @see https://github.com/huggingface/safetensors#format
 * @throws CheckpointError where a name cannot be stored or a shape does not fit its numbers.
 */
export function encodeSafetensors(
  arrays: Readonly<Record<string, Float32Stored | HalfStored>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [string, object][] = [];
  const numbers: (Float32Array | Uint16Array)[] = [];
  if (Object.keys(metadata).length > 0) header.push(["__metadata__", metadata]);
  let end = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(arrays)) {
    if (!isTensorName(name)) {
      throw new CheckpointError({
        problem: `a tensor cannot be named ${JSON.stringify(name)}`,
        expected: 'printable characters, and neither "__metadata__" nor "__proto__"',
        remedy: "rename the tensor",
      });
    }
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length) {
      throw new CheckpointError({
        problem: `tensor "${name}" of shape [${shape.join(", ")}] has ${data.length} numbers`,
        expected: `${size} numbers`,
        remedy: "store the array with its own shape",
      });
    }
    const stored = dtype === "F16" ? Uint16Array.from(data, halfBits) : data;
    header.push([name, { dtype, shape, data_offsets: [end, end + stored.byteLength] }]);
    numbers.push(stored);
    end += stored.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(json, 8);
  let offset = 8 + headerBytes;
  for (const { buffer, byteOffset, byteLength } of numbers) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return bytes;
}

/** Whether a tensor can have this name: `__metadata__` is the format's, `__proto__` JavaScript's. */
export function isTensorName(name: string): boolean {
  return /^[^\p{Cc}]+$/u.test(name) && name !== "__metadata__" && name !== "__proto__";
}
