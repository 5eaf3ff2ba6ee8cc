import { type EventContent, maskedCrc, sameContent } from "./event-record.ts";

/** Bytes before an event: its length and the checksum of that. */
const headBytes = 12;
/** Bytes after an event: its checksum. */
const tailBytes = 4;

/**
 * The records of a TensorBoard event file that are whole and of steps up to `from`, byte for byte. Reading goes on behind
 * bytes that are no record. Records of `again` are left out: they are about to be written anew.
 */
export function cutEvents(
  bytes: Uint8Array,
  from: number,
  again: EventContent | null = null,
): Uint8Array {
  const kept: Uint8Array[] = [];
  for (let at = 0; at + headBytes + tailBytes <= bytes.length; ) {
    const end = endOfRecord(bytes, at);
    if (end === null) {
      at++;
      continue;
    }
    const event = bytes.subarray(at + headBytes, end - tailBytes);
    const isWhole = matches(event, bytes.subarray(end - tailBytes, end));
    const isAgain = again !== null && sameContent(event, again);
    if (isWhole && !isAgain && stepOf(event) <= from) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

/** Where the record that begins here ends, or null where none begins. */
function endOfRecord(bytes: Uint8Array, at: number): number | null {
  const length = bytes.subarray(at, at + 8);
  if (!matches(length, bytes.subarray(at + 8, at + headBytes))) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8);
  const end = at + headBytes + Number(view.getBigUint64(0, true)) + tailBytes;
  return end <= bytes.length ? end : null;
}

const matches = (content: Uint8Array, stored: Uint8Array): boolean =>
  maskedCrc(content).every((byte, i) => byte === stored[i]);

/** Field 2 of an event, a varint; our events have it behind the wall time, a double. 0 where it is absent. */
function stepOf(event: Uint8Array): number {
  const [key, doubleBytes, stepKey] = [event[0], 9, 2 << 3];
  let at = key === ((1 << 3) | 1) ? doubleBytes : 0;
  if (event[at] !== stepKey) return 0;
  let step = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = event[++at] ?? 0;
    step += (byte & 127) * scale;
    if (byte < 128) return step;
  }
}
