import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ArgumentError, DataError, isEddyflowError } from "@eddyflow/core";
import { framesOf, type TrajectoryStore } from "@eddyflow/datasets";
import type { Format } from "../format.ts";
import { formats } from "../formats.ts";
import type { OpenDataOptions } from "../open-data-options.ts";
import { lookAt, type Place } from "../place.ts";
import { readBoundary, readExtent } from "./import-options.ts";
import { type ImportSource, type ImportTrajectory, type Split, splits } from "./import-source.ts";

/** What flags say in place of the options of `openData`. */
const flagOf: Readonly<Record<string, string>> = {
  extent: "--extent",
  boundary: "--boundary",
  frameInterval: "--dt",
};

const asFlags = (error: unknown): unknown => {
  if (isEddyflowError(error, "DataError") && error.remedy.includes("set frameInterval to 1")) {
    const { problem, expected, cause } = error;
    const remedy = "give --dt 1 to count in frames; the time of each becomes a parameter";
    return new DataError({ problem, expected, remedy, cause });
  }
  if (!isEddyflowError(error, "ArgumentError")) return error;
  const { problem, expected, cause } = error;
  const option = /the option (\w+)/u.exec(expected)?.[1] ?? "";
  const flag = flagOf[option];
  if (flag === undefined) return error;
  const rest = expected.replace(`the option ${option}`, flag);
  return new ArgumentError({ problem, expected: rest, remedy: `give ${flag}`, cause });
};

const named = (split: string): Split | null => splits.find((one) => one === split) ?? null;

function sourceOf(format: string, path: string, stores: readonly TrajectoryStore[]): ImportSource {
  const [{ description }] = stores as readonly [TrajectoryStore];
  const { grid, channels, vectors, tensors = [], undirected = [] } = description;
  const trajectories = stores.flatMap((store): ImportTrajectory[] =>
    Array.from({ length: store.trajectories }, (_, index) => ({
      where: `${basename(path)}, ${stores.length > 1 ? `${store.description.split} ` : ""}trajectory ${index}`,
      file: path,
      frames: framesOf(store.description, index),
      parameters: Object.fromEntries(
        Object.entries(store.description.parameters ?? {}).map(([name, values]) => [
          name,
          values[index] as number,
        ]),
      ),
      split: named(store.description.split),
      read: (first, count) => store.readFrames(index, first, count),
    })),
  );
  return {
    where: basename(path),
    found: [
      `${basename(path)}: ${format}, ${trajectories.length} trajectories of ${channels.join(", ")}`,
    ],
    assumed: [],
    trajectories,
    channels,
    units: channels.map(() => null),
    axes: ["z", "y", "x"].slice(3 - grid.shape.length),
    shape: grid.shape,
    extent: grid.extent,
    boundary: grid.boundary,
    dt: description.frameInterval,
    vectors: vectors ?? [],
    tensors,
    undirected,
    notes: description.recipe,
  };
}

/** What is typed of data of a known format. */
export interface StoreOptions extends Pick<OpenDataOptions, "channels" | "frameInterval"> {
  /** As typed; looked at only where the files do not say it. */
  readonly extent?: string;
  readonly boundary?: string;
}

/** Opens with what is typed, where the format asks for it: until then nobody knows of how many axes it is. */
async function openTyped(
  format: Format,
  place: Place,
  { extent, boundary, ...known }: StoreOptions,
  split?: Split,
): Promise<TrajectoryStore> {
  let options: OpenDataOptions = { ...known, ...(split && { split }) };
  for (;;) {
    try {
      return await format.open(place, options);
    } catch (error) {
      if (!isEddyflowError(error, "ArgumentError")) throw asFlags(error);
      const [, option, count] = /the option (extent|boundary), (\d+)/u.exec(error.expected) ?? [];
      const rank = Number(count);
      if (option === "extent" && extent !== undefined && options.extent === undefined) {
        options = { ...options, extent: readExtent(extent, rank) };
      } else if (option === "boundary" && boundary !== undefined && !options.boundary) {
        options = { ...options, boundary: readBoundary(boundary, rank) };
      } else throw asFlags(error);
    }
  }
}

/**
 * What data of a known format hold, all their splits together; null where the format is none of those that `openData` reads.
 *
 * @throws DataError and ArgumentError as `openData` does, with flags in place of its options.
 */
export async function storeSource(
  path: string,
  options: StoreOptions,
): Promise<ImportSource | null> {
  const place = await lookAt(path);
  for (const format of formats) {
    // What a format is does not depend on the split.
    const isIt =
      (await format.recognises(place, {})) || (await format.recognises(place, { split: "train" }));
    if (!isIt || (format.name === "Eddyflow" && !(await isOwn(path)))) continue;
    const isFolderOfStores = format.name === "Eddyflow" && !place.names?.includes("zarr.json");
    const whole = isFolderOfStores
      ? null
      : await openTyped(format, place, options).catch((error: unknown) => {
          const needsSplit =
            isEddyflowError(error, "ArgumentError") &&
            error.expected.startsWith("the option split");
          if (needsSplit) return null;
          throw error;
        });
    if (whole !== null) return sourceOf(format.name, path, [whole]);
    const stores: TrajectoryStore[] = [];
    for (const split of splits) stores.push(await openTyped(format, place, options, split));
    return sourceOf(format.name, path, stores);
  }
  return null;
}

/** Whether a folder of Zarr is a trajectory store, or one of each split: any group of Zarr looks alike from outside. */
async function isOwn(path: string): Promise<boolean> {
  for (const folder of [path, ...splits.map((split) => join(path, `${split}.zarr`))]) {
    const text = await readFile(join(folder, "zarr.json"), "utf8").catch(() => null);
    if (text?.includes('"eddyflow-trajectories"')) return true;
  }
  return false;
}
