import { closeSync, fstatSync, openSync } from "node:fs";
import { isEddyflowError } from "@eddyflow/core";
import type { Attribute, Dataset, File, Group, h5wasm, ready } from "h5wasm";
import { fromHalfFloats } from "../npy-type.ts";
import { notNumbers, unusable } from "../source.ts";
import { checkPart, checkStorage, inOtherFiles } from "./check-storage.ts";
import { fileBytes } from "./file-bytes.ts";
import { unreadableFilter } from "./filters.ts";
import { applyRules, ruleNames, type ValueRules, valueRules } from "./missing-values.ts";
import { placeFile, type WasmFileSystem } from "./placed-file.ts";

/** What can be asked about a file; every answer is plain data. */
export interface Hdf5Questions {
  names(group: string): readonly string[];
  kind(object: string): "group" | "dataset" | null;
  shape(dataset: string): readonly number[];
  /** Such as "float32" or "big-endian int16". */
  type(dataset: string): string;
  /** What the file calls the axes of a dataset; null where it does not. */
  axes(dataset: string): readonly (string | null)[];
  read(dataset: string, at: readonly (number | null)[]): ArrayLike<number>;
  attribute(object: string, name: string): readonly (number | string)[] | undefined;
}

/** A file that is open in this thread. */
export interface OpenFile extends Hdf5Questions {
  /** By which it is known again after it was closed. */
  readonly identity: string;
  readonly bytes: number;
  close(): void;
}

/** What a question may cost, so that a damaged file ends it. */
export interface Budget {
  /** Asked before each read of so many bytes. */
  mayRead(bytes: number): boolean;
  /** Says that bytes of a dataset are going to be unpacked. */
  unpacks(bytes: number): void;
}

interface Library {
  readonly library: typeof h5wasm;
  readonly module: Awaited<typeof ready>;
}

/** Loads the library that reads HDF5: its build for browsers, as that for Node sees the whole disk. */
export async function loadHdf5(): Promise<Library> {
  const { default: library } = await import("h5wasm");
  const module = await library.ready;
  // Errors are thrown with the library's own words in place of being printed.
  module.activate_throwing_error_handler();
  return { library, module };
}

const [integerClass, floatClass, enumClass] = [0, 1, 8];

const flatten = (value: unknown): (number | string)[] => {
  if (value === null || value === undefined) return [];
  if (typeof value === "number" || typeof value === "string") return [value];
  if (typeof value === "boolean" || typeof value === "bigint") return [Number(value)];
  if (Array.isArray(value)) return value.flatMap(flatten);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, Number);
  return [];
};

interface Numbers {
  readonly dataset: Dataset;
  readonly shape: readonly number[];
  readonly type: string;
  readonly isHalf: boolean;
  readonly itemBytes: number;
  readonly chunkShape: readonly number[] | null;
  readonly chunkBytes: number;
  readonly rules: ValueRules;
}

/**
 * Opens an HDF5 file. Its bytes stay on disk: blocks are read when they are asked for. Links are refused, as they may lead
 * out of the file, and so are datasets whose values lie in other files: the library that reads it can open nothing else.
 *
 * @throws DataError where it is cut short or not HDF5; whatever the system says where it cannot be opened.
 */
export function openFile({ library, module }: Library, path: string, budget: Budget): OpenFile {
  const descriptor = openSync(path, "r");
  const { size: bytes, ino, mtimeMs } = fstatSync(descriptor);
  const guard = <T>(where: string, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (isEddyflowError(error)) throw error;
      if (error instanceof Error && /external raw data file/u.test(error.message)) {
        throw inOtherFiles(path, where, error);
      }
      throw unusable(`${path}: ${where} cannot be read`, "a whole HDF5 file", error);
    }
  };
  const placed = placeFile(
    module.FS as unknown as WasmFileSystem,
    descriptor,
    bytes,
    budget.mayRead,
  );
  const release = () => {
    module.FS.unlink(placed);
    closeSync(descriptor);
  };
  const opened = (): File => {
    try {
      return guard("it", () => new library.File(placed, "r"));
    } catch (error) {
      release();
      throw error;
    }
  };
  const file = opened();
  const { file_id: id } = file;

  const members = new Map<string, ReadonlySet<string>>();
  const namesIn = (group: string): ReadonlySet<string> => {
    const known = members.get(group);
    if (known !== undefined) return known;
    const found = new Set(module.get_names(id, group, false));
    members.set(group, found);
    return found;
  };
  const findIn = (object: string): "group" | "dataset" | null => {
    const parts = object.split("/").filter((part) => part !== "");
    let parent = "/";
    for (const [depth, part] of parts.entries()) {
      const here = `${parent === "/" ? "" : parent}/${part}`;
      if (!namesIn(parent).has(part)) return null;
      const soft = module.get_symbolic_link(id, here) as string | null;
      const outer = module.get_external_link(id, here) as { filename?: string };
      if (soft !== null || outer.filename !== undefined) {
        throw unusable(
          `${path}: ${here} is a link to ${outer.filename ?? soft}`,
          "data inside the file, not links",
        );
      }
      const type = module.get_type(id, here);
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
  const kind = (object: string) => {
    const known = kinds.get(object);
    if (known !== undefined) return known;
    const found = guard(object, () => findIn(object));
    kinds.set(object, found);
    return found;
  };
  const object = (name: string, wanted: "group" | "dataset" | "any") => {
    const found = kind(name);
    if (found === null || (wanted !== "any" && found !== wanted)) {
      throw unusable(
        `${path}: ${name} is ${found === null ? "missing" : `a ${found}`}`,
        wanted === "any" ? "it in the file" : `a ${wanted}`,
      );
    }
    return guard(name, () => file.get(name)) as Group | Dataset;
  };
  const attributesOf = (name: string): Record<string, Attribute> => {
    const owner = name === "/" ? file : object(name, "any");
    return guard(`the attributes of ${name}`, () => owner.attrs);
  };
  const contentOf = (name: string, attribute: string, found: Attribute) =>
    guard(`${name}@${attribute}`, () => flatten(found.value));

  const known = new Map<string, Numbers>();
  const numbers = (name: string): Numbers => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const where = `${path}: ${name}`;
    const dataset = object(name, "dataset") as Dataset;
    const metadata = guard(name, () => dataset.metadata);
    const { type, size, signed, littleEndian, shape, chunks, maxshape } = metadata;
    const isNumber =
      (type === floatClass && (size === 2 || size === 4 || size === 8)) ||
      type === integerClass ||
      type === enumClass;
    const isHalf = type === floatClass && size === 2;
    if (!isNumber || shape === null || (isHalf && !littleEndian)) {
      const found = guard(name, () => JSON.stringify(dataset.dtype));
      throw notNumbers(where, found, isHalf ? "little-endian float16" : "float32");
    }
    const kind = type === floatClass ? "float" : signed || type === enumClass ? "int" : "uint";
    const order = littleEndian || size === 1 ? "" : "big-endian ";
    const filters = guard(name, () =>
      module.get_dataset_filters(id, name).map((filter) => filter.id),
    );
    const refused = unreadableFilter(where, filters);
    if (refused !== null) throw refused;
    const reference = guard(name, () => Buffer.from(module.create_object_reference(id, name)));
    const chunkBytes = checkStorage(
      fileBytes(path, descriptor, bytes),
      Number(reference.readBigUInt64LE()),
      {
        name,
        shape,
        // The library has the number of all bits for an axis without a limit.
        largestShape: (maxshape ?? shape).map((points) => (points < 2 ** 63 ? points : null)),
        chunkShape: chunks,
        itemBytes: size,
        isPacked: filters.length > 0,
      },
    );
    const attributes = attributesOf(name);
    const rules = valueRules(where, (attribute) => {
      const there = ruleNames.includes(attribute) ? attributes[attribute] : undefined;
      return there && contentOf(name, attribute, there);
    });
    const found = {
      ...{ dataset, shape, type: `${order}${kind}${8 * size}`, isHalf },
      ...{ itemBytes: size, chunkShape: chunks, chunkBytes, rules },
    };
    known.set(name, found);
    return found;
  };

  /** The library has no half floats, but gives the bytes of any type. */
  const halves = (
    name: string,
    size: number,
    ranges: readonly (readonly [] | readonly [number, number])[],
    shape: readonly number[],
  ): Float32Array => {
    const { _malloc: take, _free: release } = module as unknown as {
      _malloc(bytes: number): number;
      _free(place: number): void;
    };
    const place = take(2 * size);
    if (place === 0) throw unusable(`${path}: ${name} needs ${2 * size} bytes`, "less memory");
    try {
      const big = (list: readonly number[]) => list.map(BigInt);
      const count = ranges.map(([from, to], axis) =>
        from === undefined ? (shape[axis] as number) : (to as number) - from,
      );
      module.get_dataset_data(
        id,
        name,
        shape.length === 0 ? null : big(count),
        shape.length === 0 ? null : big(ranges.map(([from = 0]) => from)),
        shape.length === 0 ? null : big(shape.map(() => 1)),
        BigInt(place),
      );
      const { HEAPU8: heap } = module as unknown as { HEAPU8: Uint8Array };
      return fromHalfFloats(new Uint16Array(heap.slice(place, place + 2 * size).buffer));
    } finally {
      release(place);
    }
  };

  /** Labels of the axes, or the names of the scales that belong to them, as NetCDF writes them. */
  const axes = (name: string): readonly (string | null)[] => {
    const { dataset, shape } = numbers(name);
    return guard(`the axes of ${name}`, () => {
      const labels = shape.length === 0 ? [] : dataset.get_dimension_labels();
      return shape.map((_, axis) => {
        const label = labels[axis];
        if (typeof label === "string" && label !== "") return label;
        const scale = dataset.get_attached_scales(axis)[0];
        return scale?.split("/").at(-1) ?? null;
      });
    });
  };

  const read = (name: string, at: readonly (number | null)[]): ArrayLike<number> => {
    const { dataset, shape, isHalf, itemBytes, chunkShape, chunkBytes, rules } = numbers(name);
    const where = at.length === 0 ? name : `${name}[${at.map((i) => i ?? ":").join(", ")}]`;
    const outside = at.some((i, axis) => i !== null && !(i >= 0 && i < (shape[axis] ?? 0)));
    if (at.length > shape.length || outside) {
      throw unusable(`${path}: ${where} lies outside its shape [${shape.join(", ")}]`, "more data");
    }
    const isWhole = (axis: number) => (at[axis] ?? null) === null;
    const size = shape.reduce((all, points, axis) => all * (isWhole(axis) ? points : 1), itemBytes);
    checkPart(bytes, size, `${path}: ${where}`);
    const touched = (chunkShape ?? []).reduce(
      (all, points, axis) =>
        all * (isWhole(axis) ? Math.ceil((shape[axis] as number) / points) : 1),
      1,
    );
    budget.unpacks(size + touched * chunkBytes);
    const ranges = shape.map((_, axis): [] | [number, number] => {
      const i = at[axis] ?? null;
      return i === null ? [] : [i, i + 1];
    });
    const values = guard(where, () => {
      if (isHalf) return halves(name, size / itemBytes, ranges, shape);
      return shape.length === 0 ? dataset.value : dataset.slice(ranges);
    });
    const stored =
      typeof values === "number" || typeof values === "bigint"
        ? [Number(values)]
        : values instanceof BigInt64Array || values instanceof BigUint64Array
          ? Float64Array.from(values, Number)
          : values;
    if (!Array.isArray(stored) && !ArrayBuffer.isView(stored)) {
      throw unusable(`${path}: ${where} holds no numbers`, "float32 or float64 values");
    }
    return applyRules(stored as ArrayLike<number>, rules, `${path}: ${where}`);
  };
  return {
    identity: `${ino}:${bytes}:${mtimeMs}`,
    bytes,
    names: (name) => {
      if (name !== "/") object(name, "group");
      return guard(name, () => [...namesIn(name)]);
    },
    kind,
    shape: (name) => numbers(name).shape,
    type: (name) => numbers(name).type,
    axes,
    read,
    attribute: (name, attribute) => {
      const found = attributesOf(name)[attribute];
      return found && contentOf(name, attribute, found);
    },
    close: () => {
      file.close();
      release();
    },
  };
}
