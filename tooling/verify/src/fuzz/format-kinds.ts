import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openArray, openData } from "@eddyflow/formats";
import type { FuzzKind } from "./fuzz-kind.ts";
import { readStore } from "./read-store.ts";
import { unpackZarr } from "./unpack-zarr.ts";

const fixtures = fileURLToPath(new URL("../../../reference/formats", import.meta.url));

type Options = Parameters<typeof openData>[1];

interface Fixture {
  /** The file or folder of tooling/reference/formats. */
  readonly from: string;
  /** The file in it to damage; the fixture itself unless given. */
  readonly file?: string;
  readonly options?: Options;
  readonly isFlipped?: boolean;
}

const formatKind = (
  name: string,
  { from, file, options = {}, isFlipped = true }: Fixture,
): FuzzKind => ({
  name,
  ...{ isSealed: false, isFlipped },
  family: /\.h(df)?5$/u.test(file ?? from) ? "hdf5" : "others",
  write: async (folder) => {
    const own = join(folder, basename(from));
    await cp(join(fixtures, from), own, { recursive: true });
    return file === undefined ? own : join(own, file);
  },
  read: async (folder) => readStore(await openData(join(folder, basename(from)), options)),
});

/** A file of a Zarr array, which zarrs.json has. */
const zarrKind = (array: string, file: string): FuzzKind => ({
  name: `Zarr: ${file} of ${array}`,
  ...{ isSealed: false, isFlipped: true, family: "others" },
  write: async (folder) => {
    await unpackZarr(join(fixtures, "zarrs.json"), array, folder);
    return join(folder, array, file);
  },
  read: async (folder) => {
    const opened = await openArray(join(folder, array));
    return { shape: opened.shape, values: Float64Array.from(await opened.read()) };
  },
});

const acdm: Options = { extent: [2, 3], boundary: ["wall", "wall"], frameInterval: 0.5 };
const pbdl: Options = { extent: [2, 3] };

/** Files of other people, one value each. */
export const formatKinds: readonly FuzzKind[] = [
  formatKind("HDF5: PDEBench", { from: "small/pdebench_periodic.hdf5" }),
  formatKind("HDF5: chunks, by the earliest library", {
    from: "small/chunks_earliest_periodic.hdf5",
  }),
  formatKind("HDF5: chunks, by the latest library", { from: "small/chunks_latest_periodic.hdf5" }),
  formatKind("HDF5: The Well", {
    ...{ from: "well", file: "data/test/fixture_a.hdf5", options: { split: "test" } },
    isFlipped: false,
  }),
  formatKind("HDF5: PBDL", { from: "pbdl.hdf5", options: pbdl, isFlipped: false }),
  formatKind("HDF5: PBDL by frames", { from: "small/pbdl-frames.hdf5", options: pbdl }),
  formatKind("YAML: statistics of The Well", {
    ...{ from: "well", file: "stats.yaml", options: { split: "test" } },
  }),
  formatKind("NumPy: npy of APEBench", {
    ...{ from: "apebench", file: "waves_test.npy", options: { split: "test" } },
  }),
  formatKind("JSON: description of APEBench", {
    ...{ from: "apebench", file: "waves.json", options: { split: "test" } },
  }),
  formatKind("NumPy: npz of ACDM", {
    ...{ from: "128_tra", file: "sim_000001/velocity_000001.npz", options: acdm },
  }),
  zarrKind("v2-blosc", ".zarray"),
  zarrKind("v2-blosc", "0.0.0"),
  zarrKind("v3-gzip", "zarr.json"),
  zarrKind("v3-gzip", "c/0/0/0"),
  zarrKind("v3-zstd", "c/0/0/0"),
  formatKind("JSON: description of ACDM", {
    ...{ from: "128_tra", file: "sim_000001/src/description.json", options: acdm },
  }),
];
