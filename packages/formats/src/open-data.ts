import { DataError } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { formats } from "./formats.ts";
import type { OpenDataOptions } from "./open-data-options.ts";
import { lookAt, type Place } from "./place.ts";
import { exists } from "./size-of.ts";

const unknown = (problem: string): DataError =>
  new DataError({
    problem,
    expected: `data of ${formats
      .slice(0, -1)
      .map(({ name }) => name)
      .join(", ")} or ${formats.at(-1)?.name}`,
    remedy: "check the path",
  });

/** What was found at a place that no format recognises. */
async function describe({ path, names, firstHdf5 }: Place): Promise<string> {
  const listed = (found: readonly string[]) => found.slice(0, 8).join(", ");
  const hdf5 = await firstHdf5();
  if (hdf5 !== null) {
    return `${hdf5.path} is HDF5 of an unknown layout (it holds ${listed(await hdf5.names("/"))})`;
  }
  if (names === null) return `${path} is of an unknown format`;
  return `${path} holds ${names.length === 0 ? "nothing" : listed(names)}`;
}

/**
 * Opens data of any format in `formats`, which is recognised by what the files hold. `path` is a file or a folder;
 * what it may be, the `about` of each format says.
 *
 * Values stay on disk until they are asked for. Every value is checked when it is read.
 *
 * @throws DataError naming file, dataset and index of what cannot be used; nothing is loaded then.
 * @throws ArgumentError for options that do not fit the files.
 */
export async function openData(
  path: string,
  options: OpenDataOptions = {},
): Promise<TrajectoryStore> {
  if (!(await exists(path))) throw unknown(`${path} is missing`);
  const place = await lookAt(path);
  for (const format of formats) {
    if (await format.recognises(place, options)) return format.open(place, options);
  }
  throw unknown(await describe(place));
}
