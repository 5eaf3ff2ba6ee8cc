import { deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { open, registry } from "zarrita";
import { boundCodecs } from "./bound-codecs.ts";

boundCodecs();

/** Bytes packed by the codec that the library has under this name. */
async function encoded(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const entry = await registry.get(name)?.();
  const meta = { dataType: "float32", shape: [4], codecs: [], fillValue: 0 } as const;
  const codec = entry?.fromConfig({}, { ...meta, shape: [4], codecs: [] });
  return (await codec?.encode(bytes as never)) as unknown as Uint8Array;
}

/** An array of one chunk with four float32, packed by this codec to these bytes. */
const arrayOf = (codec: string, chunk: Uint8Array) =>
  open.v3(
    {
      get: async (key: string) =>
        key.endsWith("zarr.json")
          ? new TextEncoder().encode(
              JSON.stringify({
                ...{ zarr_format: 3, node_type: "array", shape: [4], data_type: "float32" },
                chunk_grid: { name: "regular", configuration: { chunk_shape: [4] } },
                chunk_key_encoding: { name: "default" },
                fill_value: 0,
                codecs: [
                  { name: "bytes", configuration: { endian: "little" } },
                  { name: codec, configuration: {} },
                ],
              }),
            )
          : chunk,
    },
    { kind: "array" },
  );

const pack: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>>> = {
  gzip: gzipSync,
  zlib: deflateSync,
  zstd: (bytes) => encoded("zstd", bytes),
  blosc: (bytes) => encoded("blosc", bytes),
  lz4: (bytes) => encoded("lz4", bytes),
};

test.for(Object.keys(pack))(
  "a chunk of %s is read, and one that unpacks to more than its shape holds is not",
  async (name) => {
    const [values, bomb] = [Float32Array.of(1, 2, 3, 4), new Uint8Array(4 * 2 ** 20)];
    const of = async (bytes: Uint8Array) =>
      arrayOf(name, await (pack[name] as (typeof pack)["gzip"])?.(bytes));
    const whole = await of(new Uint8Array(values.buffer));
    expect((await whole.getChunk([0])).data).toEqual(values);
    const error = await (await of(bomb)).getChunk([0]).catch((thrown: Error) => thrown);
    expect((error as Error).cause).toBeInstanceOf(RangeError);
  },
);
