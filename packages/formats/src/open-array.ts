import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { type Hdf5File, openHdf5 } from "./hdf5.ts";
import { type NpyFile, openNpy } from "./npy.ts";
import type { NumberArray } from "./number-array.ts";
import { openZarr } from "./open-zarr.ts";
import { npzNames, openNpz } from "./read-npz.ts";
import { unusable } from "./source.ts";

/** The array that is asked for, of those in a file, or the only one. */
function choose(path: string, names: readonly string[], asked: string | undefined): string {
  if (asked !== undefined) return asked;
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  throw new ArgumentError({
    problem: `${path} holds ${names.slice(0, 8).join(", ") || "nothing"}`,
    expected: "the option dataset",
    remedy: "say which array to read",
  });
}

const ofNumPy = ({ path, shape, type, read }: NpyFile): NumberArray => ({
  ...{ path, shape, type, axes: shape.map(() => null) },
  read: (at = []) => read(at),
  attribute: async () => undefined,
});

/** A dataset of HDF5 as an array. @throws DataError as `Hdf5File.shape` does. */
export const ofHdf5 = async (file: Hdf5File, name: string): Promise<NumberArray> => ({
  path: file.path,
  shape: await file.shape(name),
  type: await file.type(name),
  axes: await file.axes(name),
  read: (at = []) => file.read(name, at),
  attribute: (attribute) => file.attribute(name, attribute),
});

/** Whether a folder is an array of Zarr. */
export async function isZarrArray(path: string): Promise<boolean> {
  const names = await readdir(path);
  if (names.includes(".zarray")) return true;
  return names.includes("zarr.json") && !(await isZarrGroup(path));
}

const isZarrGroup = async (path: string): Promise<boolean> =>
  /"node_type"\s*:\s*"group"/u.test(await readFile(join(path, "zarr.json"), "utf8"));

/**
 * Opens an array of any shape in a file of HDF5 or NumPy (`.npy`, `.npz`), or a folder of Zarr (version 2 or 3). Its values
 * stay on the disk until they are asked for; those of an `.npz` are unpacked into memory.
 *
 * Nothing outside the file or folder is read. `scale_factor` and `add_offset` are applied in HDF5 and Zarr.
 *
 * @throws DataError for data that are damaged, of no numbers, not written in full, packed in a way that cannot be read, or with
 *   values that `_FillValue`, `missing_value` or `valid_range` rule out; ArgumentError where a file holds several arrays.
 */
export async function openArray(
  path: string,
  { dataset }: { readonly dataset?: string } = {},
): Promise<NumberArray> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw unusable(`${path} is missing`, "an array of HDF5, NumPy or Zarr");
  if (found.isDirectory()) return openZarr(dataset === undefined ? path : join(path, dataset));
  if (path.endsWith(".npy")) return ofNumPy(await openNpy(path));
  if (path.endsWith(".npz")) {
    return ofNumPy(await openNpz(path, choose(path, await npzNames(path), dataset)));
  }
  const file = await openHdf5(path);
  return ofHdf5(file, choose(path, await file.names("/"), dataset));
}
