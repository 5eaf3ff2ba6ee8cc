import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, type EddyflowError, isEddyflowError } from "@eddyflow/core";
import { type Hdf5File, openHdf5 } from "./hdf5.ts";
import type { NumberArray } from "./number-array.ts";
import { isZarrArray, ofHdf5, openArray } from "./open-array.ts";
import { isHdf5 } from "./place.ts";
import { npzNames } from "./read-npz.ts";

/** An array that lies in a file or folder. */
export interface FoundArray {
  /** The file, or the folder of Zarr. */
  readonly file: string;
  /** Its name in there, such as "fields/vx"; empty where there is only one without a name. */
  readonly name: string;
  /** Null where it cannot be used. */
  readonly array: NumberArray | null;
  /** Why it cannot be used. */
  readonly problem: EddyflowError | null;
}

/** Groups in groups: deeper ones are not looked into. */
const deepest = 8;

async function look(
  file: string,
  name: string,
  open: () => Promise<NumberArray>,
): Promise<FoundArray> {
  try {
    return { file, name, array: await open(), problem: null };
  } catch (problem) {
    if (!isEddyflowError(problem)) throw problem;
    return { file, name, array: null, problem };
  }
}

/** NetCDF writes an array without values for an axis that has no coordinates. */
const isBareAxis = async (file: Hdf5File, name: string): Promise<boolean> => {
  const [said] = (await file.attribute(name, "NAME").catch(() => [])) ?? [];
  return String(said).startsWith("This is a netCDF dimension but not a netCDF variable");
};

async function inHdf5(path: string): Promise<readonly FoundArray[]> {
  const file = await openHdf5(path);
  const found: FoundArray[] = [];
  const visit = async (group: string, depth: number): Promise<void> => {
    for (const member of await file.names(group === "" ? "/" : group)) {
      const name = group === "" ? member : `${group}/${member}`;
      const isGroup = await file.isGroup(name).catch((problem: unknown) => problem);
      if (isGroup === true && depth < deepest) await visit(name, depth + 1);
      else if (isGroup !== true) {
        const one = await look(path, name, () => ofHdf5(file, name));
        if (one.problem === null || !(await isBareAxis(file, name))) found.push(one);
      }
    }
  };
  await visit("", 1);
  return found;
}

async function inZarr(path: string): Promise<readonly FoundArray[]> {
  const found: FoundArray[] = [];
  const visit = async (name: string, depth: number): Promise<void> => {
    const folder = join(path, name);
    if (await isZarrArray(folder)) {
      found.push(await look(path, name, () => openArray(folder)));
      return;
    }
    const members = await readdir(folder, { withFileTypes: true });
    for (const member of members.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = name === "" ? member.name : `${name}/${member.name}`;
      if (member.isSymbolicLink()) {
        const problem = new DataError({
          problem: `${join(path, below)} is a link`,
          expected: "files, not links, which may lead out of the folder",
          remedy: "copy what it leads to in its place",
        });
        found.push({ file: path, name: below, array: null, problem });
      } else if (member.isDirectory() && depth < deepest) {
        await visit(below, depth + 1);
      }
    }
  };
  await visit("", 1);
  return found;
}

/**
 * Lists the arrays in a file of HDF5 (also NetCDF 4) or NumPy (`.npy`, `.npz`), or in a folder of Zarr, groups in groups
 * included. Links are not followed.
 *
 * @throws DataError for a path that is absent, damaged, or of another format.
 */
export async function findArrays(path: string): Promise<readonly FoundArray[]> {
  const there = await stat(path).catch(() => null);
  if (there === null) {
    throw new DataError({
      problem: `${path} is missing`,
      expected: "a file of HDF5 or NumPy, or a folder of Zarr",
      remedy: "check the path",
    });
  }
  if (there.isDirectory()) {
    const names = await readdir(path);
    if (["zarr.json", ".zarray", ".zgroup"].some((name) => names.includes(name))) {
      return inZarr(path);
    }
  } else if (path.endsWith(".npy")) {
    return [await look(path, "", () => openArray(path))];
  } else if (path.endsWith(".npz")) {
    const names = await npzNames(path);
    const found: FoundArray[] = [];
    for (const dataset of names) {
      found.push(await look(path, dataset, () => openArray(path, { dataset })));
    }
    return found;
  } else if (await isHdf5(path)) {
    return inHdf5(path);
  }
  throw new DataError({
    problem: `${path} is of an unknown format`,
    expected: "HDF5 (.h5, .hdf5, .nc), NumPy (.npy, .npz) or a folder of Zarr",
    remedy: "save the arrays in one of them, such as by numpy.save",
  });
}
