import { open as openFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ArgumentError, DataError } from "@eddyflow/core";
import type { OpenDataOptions } from "./foreign/open-source.ts";
import type { DataSource } from "./foreign/source.ts";
import { openTrajectoryStore, type TrajectoryStore } from "./open-trajectory-store.ts";
import { exists } from "./zarr-files.ts";

const unknown = (problem: string): DataError =>
  new DataError({
    problem,
    expected:
      "a trajectory store, or data of The Well, PDEBench, PBDL, APEBench or ACDM in their layouts",
    remedy: "check the path",
  });

/** The names that The Well gives the splits. */
const wellSplit = { train: "train", validation: "valid", test: "test" } as const;

async function listFolder(path: string): Promise<readonly string[] | null> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return null;
    throw error;
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await openFile(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** HDF5 files of one kind: which one, the first of them says by what it holds. */
async function openHdf5Files(
  paths: readonly string[],
  where: { readonly split: string | null; readonly statsPath: string | null },
): Promise<DataSource> {
  const { openHdf5 } = await import("./foreign/hdf5.ts");
  const first = await openHdf5(paths[0] as string);
  const { isWell, openWell } = await import("./foreign/open-well.ts");
  if (isWell(first)) return openWell(paths, where);
  const { isPdeBench, openPdeBench } = await import("./foreign/open-pdebench.ts");
  if (isPdeBench(first)) return openPdeBench(paths);
  throw unknown(
    `${first.path} is HDF5 of an unknown layout (it holds ${first.names("/").slice(0, 8).join(", ")})`,
  );
}

/** `stats.yaml` in the folder, or two above it where the folder is one of The Well's splits. */
async function findStatistics(folder: string): Promise<string | null> {
  const inside = join(folder, "stats.yaml");
  if (await exists(inside)) return inside;
  const isSplit =
    basename(dirname(folder)) === "data" &&
    Object.values<string>(wellSplit).includes(basename(folder));
  const above = join(folder, "..", "..", "stats.yaml");
  return isSplit && (await exists(above)) ? above : null;
}

/** The split that a folder of The Well is, or null. */
const splitOf = (folder: string): string | null => {
  const found = Object.entries(wellSplit).find(([, name]) => name === basename(folder));
  return found !== undefined && basename(dirname(folder)) === "data" ? found[0] : null;
};

const isHdf5Name = (name: string) => /\.(hdf5|h5)$/u.test(name);

async function findSource(path: string, { split }: OpenDataOptions): Promise<DataSource> {
  const names = await listFolder(path);
  if (names === null) {
    const { hdf5Signature } = await import("./foreign/hdf5.ts");
    const start = await firstBytes(path);
    if (start.equals(Buffer.from(hdf5Signature))) {
      const folder = dirname(path);
      return openHdf5Files([path], {
        split: splitOf(folder),
        statsPath: await findStatistics(folder),
      });
    }
    throw unknown(`${path} is of an unknown format`);
  }
  if (names.includes("data") && (await exists(join(path, "data", "train")))) {
    if (split === undefined) {
      throw new ArgumentError({
        problem: `${path} has several splits`,
        expected: "the option split: train, validation or test",
        remedy: "say which",
      });
    }
    return findSource(join(path, "data", wellSplit[split]), { split });
  }
  const hdf5 = names.filter(isHdf5Name);
  if (hdf5.length > 0) {
    return openHdf5Files(
      hdf5.map((name) => join(path, name)),
      { split: splitOf(path), statsPath: await findStatistics(path) },
    );
  }
  throw unknown(`${path} holds ${names.length === 0 ? "nothing" : names.slice(0, 8).join(", ")}`);
}

/**
 * Opens data of any readable format, told by what the files hold: a trajectory store of our own, The Well,
 * PDEBench's compressible flows, PBDL, APEBench, ACDM. `path` is a file or a folder as the format lays it out,
 * or a folder of our own stores `<split>.zarr`. Values stay on disk until they are asked for.
 *
 * @throws DataError naming file, dataset and index of what cannot be used; no part of it is loaded then.
 * @throws ArgumentError for options that do not fit the files.
 */
export async function openData(
  path: string,
  options: OpenDataOptions = {},
): Promise<TrajectoryStore> {
  if (!(await exists(path))) throw unknown(`${path} is missing`);
  const { openSource } = await import("./foreign/open-source.ts");
  const store = [path, join(path, `${options.split}.zarr`)];
  for (const dir of store) {
    if (!(await exists(join(dir, "zarr.json")))) continue;
    const { storeSource } = await import("./foreign/store-source.ts");
    return storeSource(await openTrajectoryStore(dir), dir, options);
  }
  return openSource(await findSource(path, options), options);
}
