import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { registry } from "zarrita";

type CodecEntry = Awaited<ReturnType<NonNullable<ReturnType<typeof registry.get>>>>;
type Bytes = Uint8Array<ArrayBuffer>;

const view = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

/**
 * The size that a Zstandard frame says it unpacks to.
 *
 * @see RFC 8878, section 3.1.1.1
 */
function zstdSize(bytes: Uint8Array): number {
  const descriptor = bytes[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const start = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number);
  const frame = view(bytes);
  if (sizeFlag === 3) return Number(frame.getBigUint64(start, true));
  if (sizeFlag === 2) return frame.getUint32(start, true);
  if (sizeFlag === 1) return frame.getUint16(start, true) + 256;
  if (isSingle) return frame.getUint8(start);
  throw new RangeError("it does not say how large it is unpacked");
}

/** What packed bytes say that they unpack to; their decoders take no more. */
const saidSizes: Readonly<Record<string, (bytes: Uint8Array) => number>> = {
  zstd: zstdSize,
  blosc: (bytes) => view(bytes).getUint32(4, true),
  lz4: (bytes) => view(bytes).getUint32(0, true),
};

const [unzip, expand] = [promisify(gunzip), promisify(inflate)];

/** Formats that do not say it, with decoders that stop there. */
const unpackers: Readonly<Record<string, (bytes: Uint8Array, most: number) => Promise<Buffer>>> = {
  gzip: (bytes, most) => unzip(bytes, { maxOutputLength: most }),
  zlib: (bytes, most) => expand(bytes, { maxOutputLength: most }),
};

const itemBytes = (dataType: string): number => Number(/\d+$/u.exec(dataType)?.[0] ?? 64) / 8;

/** Checksums are packed too where they come before. */
const slack = 64;

function bounded(name: string, load: () => Promise<CodecEntry>): () => Promise<CodecEntry> {
  return async () => {
    const entry = await load();
    return {
      kind: "bytes_to_bytes",
      fromConfig: (config, meta) => {
        const codec = entry.fromConfig(config, meta);
        const most = meta.shape.reduce((size, n) => size * n, itemBytes(meta.dataType)) + slack;
        return {
          kind: "bytes_to_bytes",
          encode: (bytes: Uint8Array) => codec.encode(bytes),
          decode: async (bytes: Uint8Array) => {
            const unpack = unpackers[name];
            if (unpack !== undefined) return new Uint8Array(await unpack(bytes, most)) as Bytes;
            const said = saidSizes[name]?.(bytes) ?? 0;
            if (said <= most) return codec.decode(bytes);
            throw new RangeError(
              `it unpacks to ${said} bytes, where its shape has ${most - slack}`,
            );
          },
        };
      },
    };
  };
}

let isBound = false;

/** Makes the codecs of the library that reads Zarr refuse chunks that unpack to more than their shape holds. */
export function boundCodecs(): void {
  if (isBound) return;
  isBound = true;
  for (const name of [...Object.keys(saidSizes), ...Object.keys(unpackers)]) {
    for (const alias of [name, `numcodecs.${name}`]) {
      const load = registry.get(alias);
      if (load !== undefined) registry.set(alias, bounded(name, load));
    }
  }
}
