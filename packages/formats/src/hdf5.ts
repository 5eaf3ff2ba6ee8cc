import type { Attribute, Dataset, File, Group, h5wasm, ready } from "h5wasm";
import { type PlacedFile, placeFile, type WasmFileSystem } from "./placed-file.ts";
import { sizeOf } from "./size-of.ts";
import { unusable } from "./source.ts";

/** An HDF5 file that is open for reading, with only what lies inside it. */
export interface Hdf5File {
  readonly path: string;
  /** The names in a group. @throws DataError where the group is absent or a link. */
  names(group: string): readonly string[];
  has(object: string): boolean;
  isGroup(object: string): boolean;
  /** Shape of a dataset of numbers. @throws DataError where it is absent, a link or of another type. */
  shape(dataset: string): readonly number[];
  /**
   * A block of a dataset of numbers: per axis all of it (`null`) or one index; trailing axes are whole.
   *
   * @throws DataError naming file, dataset and index where it cannot be read.
   */
  read(dataset: string, at?: readonly (number | null)[]): ArrayLike<number>;
  attributeNames(object: string): readonly string[];
  /** An attribute as numbers or texts, or undefined where it is absent. Booleans come as 0 and 1. */
  attribute(object: string, name: string): readonly (number | string)[] | undefined;
}

const floatClass = 1;
const integerClass = 0;
const enumClass = 8;

interface Library {
  readonly library: typeof h5wasm;
  readonly module: Awaited<typeof ready>;
}

async function loadLibrary(): Promise<Library> {
  // The build for browsers: that for Node sees the whole disk, and follows what a file names there.
  const { default: library } = await import("h5wasm");
  const module = await library.ready;
  // Errors are thrown with the library's own words in place of being printed.
  module.activate_throwing_error_handler();
  return { library, module };
}

/** Loaded only when such a file is read at all. */
let loaded: Promise<Library> | null = null;
const hdf5Library = (): Promise<Library> => {
  loaded ??= loadLibrary();
  return loaded;
};

/** Closes files that nobody holds any more: a data set is read in pieces for as long as the process lives. */
const closeLater = new FinalizationRegistry<{
  readonly file: File;
  readonly placed: PlacedFile;
}>(({ file, placed }) => {
  file.close();
  placed.release();
});

const flatten = (value: unknown): (number | string)[] => {
  if (value === null || value === undefined) return [];
  if (typeof value === "number" || typeof value === "string") return [value];
  if (typeof value === "boolean" || typeof value === "bigint") return [Number(value)];
  if (Array.isArray(value)) return value.flatMap(flatten);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, Number);
  return [];
};

const inOtherFiles = (path: string, where: string, cause?: unknown) =>
  unusable(`${path}: the values of ${where} lie in other files`, "values inside the file", cause);

/** The signature of an HDF5 file at its beginning, "\x89HDF\r\n\x1a\n". */
export const hdf5Signature: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Opens an HDF5 file. Its bytes stay on disk: blocks are read when they are asked for. Links are refused,
 * as they may lead out of the file, and so are datasets whose values lie in other files: the library that reads it can
 * open nothing else.
 *
 * @throws DataError where it is absent, cut short or not HDF5.
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  const bytes = await sizeOf(path);
  if (bytes === null) throw unusable(`${path} is missing`, "an HDF5 file");
  const { library, module } = await hdf5Library();
  const guard = <T>(where: string, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (error instanceof Error && "eddyflow" in error) throw error;
      if (error instanceof Error && /external raw data file/u.test(error.message)) {
        throw inOtherFiles(path, where, error);
      }
      throw unusable(`${path}: ${where} cannot be read`, "a whole HDF5 file", error);
    }
  };
  const placed = placeFile(module.FS as unknown as WasmFileSystem, path);
  let file: File;
  try {
    file = guard("it", () => new library.File(placed.name, "r"));
  } catch (error) {
    placed.release();
    throw error;
  }

  const findIn = (object: string): "group" | "dataset" | null => {
    const parts = object.split("/").filter((part) => part !== "");
    let parent = "/";
    for (const [depth, part] of parts.entries()) {
      const here = `${parent === "/" ? "" : parent}/${part}`;
      if (!module.get_names(file.file_id, parent, false).includes(part)) return null;
      const soft = module.get_symbolic_link(file.file_id, here) as string | null;
      const outer = module.get_external_link(file.file_id, here) as { filename?: string };
      if (soft !== null || outer.filename !== undefined) {
        throw unusable(
          `${path}: ${here} is a link to ${outer.filename ?? soft}`,
          "data inside the file, not links",
        );
      }
      const type = module.get_type(file.file_id, here);
      if (depth === parts.length - 1) {
        if (type === module.H5G_GROUP) return "group";
        return type === module.H5G_DATASET ? "dataset" : null;
      }
      if (type !== module.H5G_GROUP) return null;
      parent = here;
    }
    return "group";
  };
  const kinds = new Map<string, "group" | "dataset" | null>();
  const kindOf = (object: string) => {
    const known = kinds.get(object);
    if (known !== undefined) return known;
    const kind = guard(object, () => findIn(object));
    kinds.set(object, kind);
    return kind;
  };
  const object = (name: string, kind: "group" | "dataset" | "any") => {
    const found = kindOf(name);
    if (found === null || (kind !== "any" && found !== kind)) {
      throw unusable(
        `${path}: ${name} is ${found === null ? "missing" : `a ${found}`}`,
        kind === "any" ? "it in the file" : `a ${kind}`,
      );
    }
    return guard(name, () => file.get(name)) as Group | Dataset;
  };

  const numbers = new Map<string, Dataset>();
  const dataset = (name: string): Dataset => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const found = object(name, "dataset") as Dataset;
    const { type, size, littleEndian, shape, chunks, total_size, virtual_sources } = guard(
      name,
      () => found.metadata,
    );
    const isNumber =
      (type === floatClass && (size === 4 || size === 8)) ||
      type === integerClass ||
      type === enumClass;
    if (!isNumber || !littleEndian || shape === null) {
      throw unusable(
        `${path}: ${name} is of type ${guard(name, () => JSON.stringify(found.dtype))}`,
        "little-endian numbers, such as float32",
      );
    }
    if ((virtual_sources?.length ?? 0) > 0 || (chunks === null && total_size * size > bytes)) {
      throw inOtherFiles(path, name);
    }
    numbers.set(name, found);
    return found;
  };
  const attributesOf = (name: string): Record<string, Attribute> => {
    const owner = name === "/" ? file : object(name, "any");
    return guard(`the attributes of ${name}`, () => owner.attrs);
  };

  const opened: Hdf5File = {
    path,
    has: (name) => kindOf(name) !== null,
    isGroup: (name) => kindOf(name) === "group",
    names: (name) => {
      if (name !== "/") object(name, "group");
      return guard(name, () => module.get_names(file.file_id, name, false) as string[]);
    },
    shape: (name) => dataset(name).shape ?? [],
    read: (name, at = []) => {
      const found = dataset(name);
      const shape = found.shape ?? [];
      const where = at.length === 0 ? name : `${name}[${at.map((i) => i ?? ":").join(", ")}]`;
      const outside = at.some((i, axis) => i !== null && !(i >= 0 && i < (shape[axis] ?? 0)));
      if (at.length > shape.length || outside) {
        throw unusable(
          `${path}: ${where} lies outside its shape [${shape.join(", ")}]`,
          "more data",
        );
      }
      const ranges = shape.map((_, axis): [] | [number, number] => {
        const i = at[axis] ?? null;
        return i === null ? [] : [i, i + 1];
      });
      const values = guard(where, () => (shape.length === 0 ? found.value : found.slice(ranges)));
      if (typeof values === "number") return [values];
      if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
        return Array.from(values, Number);
      }
      if (ArrayBuffer.isView(values)) return values as unknown as ArrayLike<number>;
      throw unusable(`${path}: ${where} holds no numbers`, "float32 or float64 values");
    },
    attributeNames: (name) => Object.keys(attributesOf(name)),
    attribute: (name, attribute) => {
      const found = attributesOf(name)[attribute];
      if (found === undefined) return undefined;
      return guard(`${name}@${attribute}`, () => flatten(found.value));
    },
  };
  closeLater.register(opened, { file, placed });
  return opened;
}

/** A text attribute, or undefined. */
export const textOf = (file: Hdf5File, object: string, name: string): string | undefined => {
  const [value] = file.attribute(object, name) ?? [];
  return value === undefined ? undefined : String(value);
};

/**
 * The list of texts in an attribute; a plain text is a list of one.
 *
 * @throws DataError where the attribute is absent.
 */
export function textsOf(file: Hdf5File, object: string, name: string): readonly string[] {
  const values = file.attribute(object, name);
  if (values !== undefined) return values.map(String);
  throw unusable(`${file.path}: ${object} has no attribute "${name}"`, "a list of names");
}
