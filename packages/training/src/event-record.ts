import { crc32c } from "./crc32c.ts";

/** What one TensorBoard event can say. */
export type EventContent =
  | { readonly fileVersion: string }
  /** Training begins anew at the event's step: what was logged from there on is void. */
  | { readonly isRestart: true }
  | { readonly scalars: Readonly<Record<string, number>> };

export interface EventRecordOptions {
  /** In seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
}

/**
 * One record of a TensorBoard event file: `uint64 length | masked crc32c(length) | Event | masked
 * crc32c(Event)`, all little-endian, the Event in protocol buffers' wire format.
 *
 * @see tensorflow/core/util/event.proto, tensorflow/core/lib/io/record_writer.h
 */
export function eventRecord(
  content: EventContent,
  { wallTime, step }: EventRecordOptions,
): Uint8Array {
  const event = concatenate([double(1, wallTime), integer(2, step), contentOf(content)]);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(event.length), true);
  return concatenate([length, maskedCrc(length), event, maskedCrc(event)]);
}

function contentOf(content: EventContent): Uint8Array {
  if ("fileVersion" in content) return text(3, content.fileVersion);
  if ("isRestart" in content) return message(7, [integer(1, 1)]);
  const values = Object.entries(content.scalars).map(([tag, value]) =>
    message(1, [text(1, tag), float(2, value)]),
  );
  return message(5, values);
}

/** Whether an event ends with this content, which is its last field. */
export function sameContent(event: Uint8Array, content: EventContent): boolean {
  const wanted = contentOf(content);
  const end = event.subarray(event.length - wanted.length);
  return end.length === wanted.length && wanted.every((byte, i) => byte === end[i]);
}

/** TensorFlow masks checksums that are stored beside the data: rotated by 15 bits, plus a constant. */
export function maskedCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = new Uint8Array(4);
  new DataView(masked.buffer).setUint32(0, ((crc >>> 15) | (crc << 17)) + 0xa282ead8, true);
  return masked;
}

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
};

/** The key of a field: its number and its wire type, 0 varint, 1 eight bytes, 2 counted, 5 four bytes. */
const fieldKey = (field: number, wireType: 0 | 1 | 2 | 5): number => (field << 3) | wireType;

const integer = (field: number, value: number): Uint8Array =>
  Uint8Array.from([fieldKey(field, 0), ...varint(value)]);

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = fieldKey(field, 1);
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = fieldKey(field, 5);
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = concatenate(parts);
  return concatenate([Uint8Array.from([fieldKey(field, 2), ...varint(content.length)]), content]);
}

const text = (field: number, value: string): Uint8Array =>
  message(field, [new TextEncoder().encode(value)]);

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
