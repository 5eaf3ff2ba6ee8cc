import { DataError } from "@eddyflow/core";

/** Deflate, shuffle, Fletcher-32, n-bit and scale-offset: those that the library has. */
const readable: readonly number[] = [1, 2, 3, 5, 6];

/** @see https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md */
const names: Readonly<Record<number, string>> = {
  4: "szip",
  32000: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "bitshuffle",
  32013: "ZFP",
  32015: "Zstandard",
  32017: "SZ",
  32026: "Blosc2",
  32028: "SZ3",
};

/** The error for a dataset that is packed in a way that cannot be read, or null. */
export function unreadableFilter(where: string, filters: readonly number[]): DataError | null {
  const other = filters.find((id) => !readable.includes(id));
  if (other === undefined) return null;
  return new DataError({
    problem: `${where} is packed by ${names[other] ?? `the HDF5 filter ${other}`}`,
    expected: "gzip, or no compression",
    remedy: "repack it: h5repack -f GZIP=4 in.hdf5 out.hdf5",
  });
}
