import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createEnsembleStore,
  createTrajectoryStore,
  type EnsembleDescription,
  measureNormalisation,
  openEnsembleStore,
  openPathStore,
  openTrajectoryStore,
  type PathStoreDescription,
  type StoreDescription,
  stateHash,
  writeNormalisation,
} from "@eddyflow/datasets";
import { key, normal, split } from "@eddyflow/random";
import type { FuzzKind } from "./fuzz-kind.ts";
import { readStore } from "./read-store.ts";

const grid = { shape: [3, 4], extent: [1, 2], boundary: ["periodic", "wall"] } as const;

const description: StoreDescription = {
  experiment: "waves",
  split: "train",
  channels: ["u", "v"],
  vectors: [{ channels: ["u", "v"], axes: [1, 0] }],
  grid,
  frameInterval: 0.5,
  frames: 2,
  trajectories: 2,
  parameters: { Re: [100, 200] },
  recipe: { dt: 0.1, layers: [{ depth: 1 }] },
  seed: 7,
  observation: [{ kind: "stride", pointStride: [1, 2] }],
};

async function writeStore(folder: string): Promise<void> {
  const writer = await createTrajectoryStore(folder, description);
  for (const index of [0, 1]) await writer.write(index, normal(key(index), 48));
  const store = await openTrajectoryStore(folder);
  await writeNormalisation(folder, await measureNormalisation(store));
}

/** Takes hash and version away, as if an older release had written the file. */
async function asOlderRelease(path: string): Promise<void> {
  const node = JSON.parse(await readFile(path, "utf8"));
  delete node.attributes.sha256;
  if ("version" in node.attributes) node.attributes.version = 3;
  await writeFile(path, JSON.stringify(node));
}

const root = "zarr.json";
const array = "trajectories/000001/zarr.json";

const storeKind = (name: string, file: string, isSealed: boolean): FuzzKind => ({
  ...{ name, isSealed, isFlipped: true, family: "others" },
  write: async (folder) => {
    await writeStore(folder);
    if (!isSealed) for (const path of [root, array]) await asOlderRelease(join(folder, path));
    return join(folder, file);
  },
  read: async (folder) => readStore(await openTrajectoryStore(folder)),
});

const paths: PathStoreDescription = {
  layout: { grid, channels: ["u", "v"] },
  times: [0.5, 1],
  chunk: 2,
  pairs: [1, 0],
  noise: split(key(7), 2),
  madeOf: { teacher: "abc", data: "def" },
};

const pathKind = (name: string, file: string): FuzzKind => ({
  ...{ name, isSealed: true, isFlipped: true, family: "others" },
  write: async (folder) => {
    const store = await openPathStore(folder, paths);
    await store.write(0, normal(key(1), 96));
    return join(folder, file);
  },
  read: async (folder) => {
    const store = await openPathStore(folder, paths);
    // What is missing is made again.
    if (store.missing.length > 0) await store.write(0, normal(key(1), 96));
    const states: Float32Array[] = [];
    for (const path of [0, 1])
      for (const time of [0, 0.5, 1]) states.push(await store.read(path, time));
    return states;
  },
});

const ensemble: EnsembleDescription = {
  ...{ experiment: "stirred", split: "test", recipe: { dt: 0.1 }, seed: 7, grid },
  ...{ channels: ["u", "v"], frameStride: 1, members: 2 },
  conditions: [{ trajectory: 0, frame: 3, sha256: stateHash(normal(key(9), 24)) }],
};

const ensembleKind = (name: string, file: string): FuzzKind => ({
  ...{ name, isSealed: true, isFlipped: true, family: "others" },
  write: async (folder) => {
    const writer = await createEnsembleStore(folder, ensemble);
    for (const member of [0, 1]) await writer.write(0, member, normal(key(member), 24));
    return join(folder, file);
  },
  read: async (folder) => {
    const store = await openEnsembleStore(folder);
    return { description: store.description, members: await store.readMembers(0) };
  },
});

/** Goes on with an ensemble as the simulator does: what is missing is drawn again. */
const resumedKind = (name: string, file: string): FuzzKind => ({
  ...ensembleKind(name, file),
  read: async (folder) => {
    const { missing, write } = await createEnsembleStore(folder, ensemble);
    for (const member of missing[0] ?? []) await write(0, member, normal(key(member), 24));
    return (await openEnsembleStore(folder)).readMembers(0);
  },
});

/** Trajectory stores, of today and of older releases, kept paths, and reference ensembles. */
export const storeKinds: readonly FuzzKind[] = [
  storeKind("store: zarr.json", root, true),
  storeKind("store: zarr.json of a trajectory", array, true),
  storeKind("store: chunk", "trajectories/000001/c.1.0.0.0", true),
  storeKind("older store: zarr.json", root, false),
  storeKind("older store: zarr.json of a trajectory", array, false),
  pathKind("paths: zarr.json", root),
  pathKind("paths: chunk", "c.0.0.0.0.0"),
  ensembleKind("ensemble: zarr.json", root),
  ensembleKind("ensemble: member", "c.0.1.0.0.0"),
  resumedKind("ensemble that goes on: zarr.json", root),
  resumedKind("ensemble that goes on: member", "c.0.1.0.0.0"),
];
