import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { DataError, type Grid } from "@eddyflow/core";
import type { Json, TensorField, VectorField } from "@eddyflow/datasets";
import { findArrays } from "../find-arrays.ts";
import { arraySource } from "./array-source.ts";
import { assignSplits, readSplitLists, type SplitTrajectories } from "./assign-splits.ts";
import { chooseVectors } from "./choose-vectors.ts";
import {
  type ImportOptions,
  readAxes,
  readBoundary,
  readExtent,
  readNames,
  refuse,
} from "./import-options.ts";
import { type ImportSource, type ImportTrajectory, type Split, splits } from "./import-source.ts";
import { type ChosenArray, selectArrays } from "./select-arrays.ts";
import { storeSource } from "./store-source.ts";

/** What is going to be imported. */
export interface ImportPlan {
  /** What was found in the files, a line each. */
  readonly found: readonly string[];
  /** What was taken to be so without being said, a sentence each. */
  readonly assumed: readonly string[];
  /** The axes of space in their order. */
  readonly axes: readonly string[];
  readonly grid: Grid;
  readonly channels: readonly string[];
  readonly units: readonly (string | null)[];
  readonly vectors: readonly VectorField[];
  readonly tensors: readonly TensorField[];
  readonly undirected: readonly (readonly string[])[];
  readonly dt: number;
  readonly parts: SplitTrajectories;
  readonly notes: Json;
}

const arrayFile = /\.(?:npy|npz|h5|hdf5|nc|zarr)$/u;

/** The files of a plain folder, sorted as a person counts: run2 before run10. */
async function filesIn(path: string): Promise<readonly string[]> {
  const there = await stat(path).catch(() => null);
  if (there === null) {
    throw new DataError({
      problem: `${path} is missing`,
      expected: "a file or folder of data",
      remedy: "check the path",
    });
  }
  if (!there.isDirectory()) return [path];
  const names = await readdir(path, { withFileTypes: true });
  const isZarr = names.some(({ name }) => /^(?:zarr\.json|\.zarray|\.zgroup)$/u.test(name));
  const inside = names.filter((one) => arrayFile.test(one.name));
  if (isZarr || inside.length === 0) return [path];
  const link = inside.find((one) => one.isSymbolicLink());
  if (link !== undefined) {
    throw new DataError({
      problem: `${join(path, link.name)} is a link`,
      expected: "files, not links, which may lead out of the folder",
      remedy: "name the files themselves, or copy what it leads to in its place",
    });
  }
  const order = new Intl.Collator("en", { numeric: true });
  return inside.map(({ name }) => join(path, name)).toSorted((a, b) => order.compare(a, b));
}

const splitWords: Readonly<Record<string, Split>> = {
  train: "train",
  training: "train",
  valid: "validation",
  val: "validation",
  validation: "validation",
  test: "test",
  testing: "test",
};

/** The split that a file is called after: train.npy, flow_valid.h5. */
function splitOfName(file: string): Split | null {
  const words = basename(file)
    .toLowerCase()
    .split(/[^a-z]+/u);
  const found = words.flatMap((word) =>
    Object.hasOwn(splitWords, word) ? [splitWords[word]] : [],
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

async function sourcesOf(options: ImportOptions): Promise<readonly ImportSource[]> {
  const { datasets, boundary, extent, dt } = options;
  const axes = options.axes === undefined ? null : readAxes(options.axes);
  const channels =
    options.channels === undefined ? null : readNames(options.channels, "--channels");
  const isTyped = { dt: dt !== undefined, extent: extent !== undefined };
  const kept = { current: null };
  const sources: ImportSource[] = [];
  const arrays: string[] = [];
  for (const path of options.files) {
    await filesIn(path);
    const isArray = datasets !== undefined || axes !== null;
    const known = isArray
      ? null
      : await storeSource(path, {
          ...(channels && { channels }),
          ...(dt !== undefined && { frameInterval: dt }),
          ...(extent !== undefined && { extent }),
          ...(boundary !== undefined && { boundary }),
        });
    if (known !== null) sources.push(known);
    else arrays.push(...(await filesIn(path)));
  }
  const files: { file: string; found: Awaited<ReturnType<typeof findArrays>> }[] = [];
  for (const file of arrays) files.push({ file, found: await findArrays(file) });
  const chosen = selectArrays(files, datasets ?? null, channels);
  const groups = new Map<string, ChosenArray[]>();
  for (const one of chosen) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  for (const group of groups.values()) {
    const own = new Set(group.map(({ file }) => file));
    const found = files.filter(({ file }) => own.has(file)).flatMap((one) => one.found);
    sources.push(await arraySource(group, found, { axes, channels, isTyped, kept }));
  }
  if (channels === null && chosen.every(({ name }) => name === "")) refuseLoneChannels(sources);
  return sources;
}

/** Files of one channel without a name: nobody can tell further channels from further trajectories. */
function refuseLoneChannels(sources: readonly ImportSource[]): void {
  if (sources.length < 2 || !sources.every(({ channels }) => channels.length === 1)) return;
  const names = sources.map(({ where }) => where).slice(0, 4);
  throw refuse(
    `${names.join(", ")} may be channels, or trajectories of one channel`,
    "--channels",
    `name them, --channels ${names.map((name) => name.replace(/\.[^.]+$/u, "")).join(",")}, or the one that all have, --channels u`,
  );
}

/** Refuses files that do not fit together, each with its name. */
function checkSame(sources: readonly ImportSource[], typed: ImportOptions): void {
  const [first] = sources as readonly [ImportSource];
  const close = (numbers: readonly number[] | null) =>
    numbers?.map((n) => Number(n.toPrecision(5))).join(", ") ?? "unknown";
  type Fact = readonly [name: string, of: (source: ImportSource) => string];
  const dt: Fact = ["time step", (source) => close(source.dt === null ? null : [source.dt])];
  const extent: Fact = ["extent", (source) => close(source.extent)];
  const boundary: Fact = ["boundary", (source) => source.boundary?.join(", ") ?? "unknown"];
  const facts: readonly Fact[] = [
    ["axes of space", ({ axes, shape }) => axes.map((axis, k) => `${axis} ${shape[k]}`).join(", ")],
    ["channels", ({ channels }) => channels.join(", ")],
    ["units", ({ units }) => units.map((unit) => unit ?? "none").join(", ")],
    ...(typed.dt === undefined ? [dt] : []),
    ...(typed.extent === undefined ? [extent] : []),
    ...(typed.boundary === undefined ? [boundary] : []),
  ];
  for (const source of sources) {
    for (const [what, of] of facts) {
      if (of(source) === of(first)) continue;
      throw new DataError({
        problem: `${source.where} has the ${what} ${of(source)}`,
        expected: `${of(first)}, as ${first.where} has`,
        remedy: "import files of one kind together, and others by themselves",
      });
    }
  }
}

/** Parameters that only some trajectories have are left out of all. */
function commonParameters(all: readonly ImportTrajectory[]) {
  const names = [...new Set(all.flatMap(({ parameters }) => Object.keys(parameters)))];
  const kept = names.filter((name) => all.every((one) => Number.isFinite(one.parameters[name])));
  const lost = names.filter((name) => !kept.includes(name));
  return {
    trajectories: all.map((one) => ({
      ...one,
      parameters: Object.fromEntries(kept.map((name) => [name, one.parameters[name] as number])),
    })),
    assumed:
      lost.length === 0 ? [] : [`${lost.join(", ")} is left out: not every trajectory has it`],
  };
}

/**
 * Looks into files and says what would be imported, as what. No value of a field is read.
 *
 * @throws ArgumentError where a flag is wrong, or missing for what cannot be known; DataError for files that cannot be used
 *   or do not fit together.
 */
export async function planImport(options: ImportOptions): Promise<ImportPlan> {
  const lists = options.splits === undefined ? null : readSplitLists(options.splits);
  const listed = splits
    .flatMap((split) => lists?.[split] ?? [])
    .filter((item) => !/^\d+(-\d+)?$/u.test(item));
  const files =
    options.files.length > 0
      ? options.files
      : listed.map((item) => resolve(options.from ?? "", item));
  if (files.length === 0) throw refuse("no file is named", "files to import", "name them first");
  const sources = await sourcesOf({ ...options, files });
  checkSame(sources, options);
  const [first] = sources as readonly [ImportSource];
  const rank = first.shape.length;
  const assumed = [...new Set(sources.flatMap((source) => source.assumed))];

  const boundary =
    options.boundary === undefined ? first.boundary : readBoundary(options.boundary, rank);
  if (boundary === null) {
    throw refuse(
      `nothing says what is at the ends of ${first.axes.join(", ")}`,
      "--boundary, periodic or wall for each",
      `such as --boundary ${first.axes.map(() => "periodic").join(",")}`,
    );
  }
  const extent = options.extent === undefined ? first.extent : readExtent(options.extent, rank);
  if (extent === null) assumed.push("lengths are counted in points (--extent)");
  if (options.dt !== undefined && !(options.dt > 0)) {
    throw refuse(`--dt is ${options.dt}`, "a positive time", "correct --dt");
  }
  const dt = options.dt ?? first.dt;
  if (dt === null) assumed.push("time is counted in frames (--dt)");
  const found = chooseVectors(options.vectors, first.channels, first.axes);
  const isKnown = options.vectors === undefined && first.vectors !== null;
  if (found.assumed !== null && !isKnown) assumed.push(found.assumed);
  const all = sources.flatMap((source) =>
    source.trajectories.map((one) => ({
      ...one,
      split: one.split ?? splitOfName(one.file),
    })),
  );
  const common = commonParameters(all);
  const isNamed = common.trajectories.every(({ split }) => split !== null);
  const { parts, assumed: divided } = assignSplits(common.trajectories, options);
  if (isNamed && options.splits === undefined)
    assumed.push("the splits are those that the files are called after");
  return {
    found: sources.flatMap((source) => source.found),
    assumed: [...assumed, ...common.assumed, ...(divided === null ? [] : [divided])],
    axes: first.axes,
    grid: { shape: first.shape, extent: extent ?? first.shape, boundary },
    channels: first.channels,
    units: first.units,
    vectors: isKnown ? (first.vectors ?? []) : found.vectors,
    tensors: first.tensors,
    undirected: first.undirected,
    dt: dt ?? 1,
    parts,
    notes: first.notes,
  };
}
