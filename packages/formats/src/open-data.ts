import { open as openFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ArgumentError, DataError } from "@eddyflow/core";
import type { OpenDataOptions } from "./foreign/open-source.ts";
import type { DataSource } from "./foreign/source.ts";
import { wellSplit } from "./foreign/well-split.ts";
import { openTrajectoryStore, type TrajectoryStore } from "./open-trajectory-store.ts";
import { exists } from "./zarr-files.ts";

const unknown = (problem: string): DataError =>
  new DataError({
    problem,
    expected:
      "a trajectory store, or data of The Well, PDEBench, PBDL, APEBench or ACDM in their layouts",
    remedy: "check the path",
  });

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
  { split }: OpenDataOptions,
): Promise<DataSource> {
  const { openHdf5 } = await import("./foreign/hdf5.ts");
  const first = await openHdf5(paths[0] as string);
  const { isWell, openWell } = await import("./foreign/open-well.ts");
  if (isWell(first)) return openWell(paths, where);
  const { isPdeBench, openPdeBench } = await import("./foreign/open-pdebench.ts");
  if (isPdeBench(first)) return openPdeBench(paths);
  const { isPbdl, openPbdl } = await import("./foreign/open-pbdl.ts");
  if (isPbdl(first)) return openPbdl(paths, { split });
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

function needSplit(path: string, { split }: OpenDataOptions) {
  if (split !== undefined) return split;
  throw new ArgumentError({
    problem: `${path} has several splits`,
    expected: "the option split: train, validation or test",
    remedy: "say which",
  });
}

/** The scenarios of APEBench in a folder: a description beside the data that bear its name. */
const scenariosIn = (names: readonly string[]) =>
  names
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .filter((stem) => names.includes(`${stem}_train.npy`) || names.includes(`${stem}_test.npy`));

async function findInFile(path: string, options: OpenDataOptions): Promise<DataSource> {
  const { hdf5Signature } = await import("./foreign/hdf5.ts");
  const start = await firstBytes(path);
  if (start.equals(Buffer.from(hdf5Signature))) {
    const folder = dirname(path);
    const where = { split: splitOf(folder), statsPath: await findStatistics(folder) };
    return openHdf5Files([path], where, options);
  }
  const [, stem, file] = /^(.*?)(?:_(train|test)\.npy|\.json)$/u.exec(path) ?? [];
  if (stem !== undefined) {
    const { openApeBench } = await import("./foreign/open-apebench.ts");
    const named = file === "train" || file === "test" ? ({ file } as const) : null;
    return openApeBench(stem, named ?? needSplit(path, options));
  }
  throw unknown(`${path} is of an unknown format`);
}

async function findInFolder(
  path: string,
  names: readonly string[],
  options: OpenDataOptions,
): Promise<DataSource> {
  if (names.includes("data") && (await exists(join(path, "data", "train")))) {
    return findSource(join(path, "data", wellSplit[needSplit(path, options)]), options);
  }
  const hdf5 = names.filter(isHdf5Name).map((name) => join(path, name));
  if (hdf5.length > 0) {
    const where = { split: splitOf(path), statsPath: await findStatistics(path) };
    return openHdf5Files(hdf5, where, options);
  }
  const [scenario, ...more] = scenariosIn(names);
  if (scenario !== undefined && more.length === 0) {
    return findInFile(join(path, `${scenario}.json`), options);
  }
  if (scenario !== undefined) {
    throw new ArgumentError({
      problem: `${path} holds the scenarios ${[scenario, ...more].slice(0, 8).join(", ")}`,
      expected: "one",
      remedy: "give the path of the .json file of one",
    });
  }
  const { isAcdmSimulation, openAcdm } = await import("./foreign/open-acdm.ts");
  if (names.some(isAcdmSimulation)) return openAcdm(path);
  throw unknown(`${path} holds ${names.length === 0 ? "nothing" : names.slice(0, 8).join(", ")}`);
}

async function findSource(path: string, options: OpenDataOptions): Promise<DataSource> {
  const names = await listFolder(path);
  return names === null ? findInFile(path, options) : findInFolder(path, names, options);
}

/**
 * Opens data of any readable format, told by what the files hold. `path` is
 *
 * - a trajectory store of our own, or a folder of them, `<split>.zarr`;
 * - The Well: `<base>` with `data/{train,valid,test}`, one of these folders, or one of their HDF5 files;
 * - PDEBench's compressible flows, or PBDL: an HDF5 file, or a folder of them;
 * - APEBench: `<scenario>.json`, a folder with one, or one `<scenario>_{train,test}.npy`;
 * - ACDM: a folder of `sim_000000`, `sim_000001` …
 *
 * Values stay on disk until they are asked for, and each is looked at when it is.
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
