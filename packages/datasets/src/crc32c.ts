/** The polynomial of Castagnoli, its bits in reverse. */
const polynomial = 0x82f63b78;
/** Eight bytes are taken in one step. */
const stride = 8;

/** `tables[256 k + b]` is the checksum of the byte b with k bytes of zero behind it. */
const tables = new Int32Array(256 * stride);
for (let byte = 0; byte < 256; byte++) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1;
  tables[byte] = sum;
}
for (let at = 256; at < tables.length; at++) {
  const before = tables[at - 256] as number;
  tables[at] = (before >>> 8) ^ (tables[before & 0xff] as number);
}

const table = (k: number, byte: number): number => tables[256 * k + byte] as number;

/**
 * The CRC32C of bytes, as the Zarr codec of this name has it: it finds every change of up to 32 neighbouring bits.
 *
 * @see RFC 3720, section 12.1
 */
export function crc32c(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = -1;
  let at = 0;
  for (; at + stride <= bytes.length; at += stride) {
    const low = view.getInt32(at, true) ^ sum;
    const high = view.getInt32(at + 4, true);
    sum =
      table(7, low & 0xff) ^
      table(6, (low >>> 8) & 0xff) ^
      table(5, (low >>> 16) & 0xff) ^
      table(4, low >>> 24) ^
      table(3, high & 0xff) ^
      table(2, (high >>> 8) & 0xff) ^
      table(1, (high >>> 16) & 0xff) ^
      table(0, high >>> 24);
  }
  for (; at < bytes.length; at++)
    sum = (sum >>> 8) ^ table(0, (sum ^ (bytes[at] as number)) & 0xff);
  return ~sum >>> 0;
}

/** The bytes with their checksum behind them, little-endian, as the Zarr codec "crc32c" writes it. */
export function withCrc32c(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 4);
  out.set(bytes);
  new DataView(out.buffer).setUint32(bytes.length, crc32c(bytes), true);
  return out;
}

/** Whether the last four bytes are the checksum of those before them. */
export function fitsCrc32c(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const end = bytes.length - 4;
  const found = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
  return found === crc32c(bytes.subarray(0, end));
}
