import { stat } from "node:fs/promises";
import { ArgumentError } from "@eddyflow/core";
import { type Hdf5File, openHdf5 } from "./hdf5.ts";
import { openNpy } from "./npy.ts";
import type { NumberArray } from "./number-array.ts";
import { openZarr } from "./open-zarr.ts";
import { unusable } from "./source.ts";

/** The dataset in an HDF5 file that is asked for, or the only one. */
async function chooseDataset(file: Hdf5File, asked: string | undefined): Promise<string> {
  if (asked !== undefined) return asked;
  const names = await file.names("/");
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  throw new ArgumentError({
    problem: `${file.path} holds ${names.slice(0, 8).join(", ") || "nothing"}`,
    expected: "the option dataset",
    remedy: "say which array to read",
  });
}

/**
 * Opens an array of any shape in a file of HDF5 or NumPy (`.npy`), or a folder of Zarr (version 2 or 3). Its values stay on the
 * disk until they are asked for.
 *
 * Nothing outside the file or folder is read. `scale_factor` and `add_offset` are applied in HDF5 and Zarr.
 *
 * @throws DataError for data that are damaged, of no numbers, not written in full, packed in a way that cannot be read, or with
 *   values that `_FillValue`, `missing_value` or `valid_range` rule out; ArgumentError where an HDF5 file holds several datasets.
 */
export async function openArray(
  path: string,
  { dataset }: { readonly dataset?: string } = {},
): Promise<NumberArray> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw unusable(`${path} is missing`, "an array of HDF5, NumPy or Zarr");
  if (found.isDirectory()) return openZarr(path);
  if (path.endsWith(".npy")) {
    const { shape, read } = await openNpy(path);
    return { path, shape, read: (at = []) => read(at) };
  }
  const file = await openHdf5(path);
  const name = await chooseDataset(file, dataset);
  return { path, shape: await file.shape(name), read: (at = []) => file.read(name, at) };
}
