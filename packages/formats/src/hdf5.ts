import type { Hdf5Questions } from "./hdf5/open-file.ts";
import { askReader } from "./hdf5/reader-thread.ts";
import { sizeOf } from "./size-of.ts";
import { unusable } from "./source.ts";

/** An HDF5 file that is open for reading, with only what lies inside it. */
export interface Hdf5File {
  readonly path: string;
  /** The names in a group. @throws DataError where the group is absent or a link. */
  names(group: string): Promise<readonly string[]>;
  has(object: string): Promise<boolean>;
  isGroup(object: string): Promise<boolean>;
  /**
   * Shape of a dataset of numbers.
   *
   * @throws DataError where it is absent, a link, of another type, packed in a way that cannot be read, in other files, or
   *   not written in full.
   */
  shape(dataset: string): Promise<readonly number[]>;
  /** Such as "float32" or "big-endian int16". @throws DataError as `shape` does. */
  type(dataset: string): Promise<string>;
  /** What the file calls the axes of a dataset; null where it does not. @throws DataError as `shape` does. */
  axes(dataset: string): Promise<readonly (string | null)[]>;
  /**
   * A block of a dataset of numbers: per axis all of it (`null`) or one index; trailing axes are whole. The values are those
   * that are meant: `scale_factor` · stored + `add_offset`.
   *
   * @throws DataError naming file, dataset and index where it cannot be read, or where a value is that of `_FillValue` or
   *   `missing_value`, or is not valid by `valid_range`, `valid_min` or `valid_max`.
   */
  read(dataset: string, at?: readonly (number | null)[]): Promise<ArrayLike<number>>;
  /** An attribute as numbers or texts, or undefined where it is absent. Booleans come as 0 and 1. */
  attribute(object: string, name: string): Promise<readonly (number | string)[] | undefined>;
}

/**
 * Opens an HDF5 file. Its bytes stay on disk: blocks are read when they are asked for, in a thread of its own. Links are
 * refused, as they may lead out of the file, and so are datasets whose values lie in other files.
 *
 * @throws DataError where it is absent, cut short or not HDF5.
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  if ((await sizeOf(path)) === null) throw unusable(`${path} is missing`, "an HDF5 file");
  const known = { path, identity: null };
  const identity = (await askReader({ ...known, ask: "identity", args: [] })) as string;
  const ask = <Name extends keyof Hdf5Questions>(
    name: Name,
    ...args: Parameters<Hdf5Questions[Name]>
  ) => askReader({ path, identity, ask: name, args }) as Promise<ReturnType<Hdf5Questions[Name]>>;
  return {
    path,
    names: (group) => ask("names", group),
    has: async (object) => (await ask("kind", object)) !== null,
    isGroup: async (object) => (await ask("kind", object)) === "group",
    shape: (dataset) => ask("shape", dataset),
    type: (dataset) => ask("type", dataset),
    axes: (dataset) => ask("axes", dataset),
    read: (dataset, at = []) => ask("read", dataset, at),
    attribute: (object, name) => ask("attribute", object, name),
  };
}

/** A text attribute, or undefined. */
export async function textOf(
  file: Hdf5File,
  object: string,
  name: string,
): Promise<string | undefined> {
  const [value] = (await file.attribute(object, name)) ?? [];
  return value === undefined ? undefined : String(value);
}

/**
 * The list of texts in an attribute; a plain text is a list of one.
 *
 * @throws DataError where the attribute is absent.
 */
export async function textsOf(
  file: Hdf5File,
  object: string,
  name: string,
): Promise<readonly string[]> {
  const values = await file.attribute(object, name);
  if (values !== undefined) return values.map(String);
  throw unusable(`${file.path}: ${object} has no attribute "${name}"`, "a list of names");
}
