import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { key, normal } from "@eddyflow/random";
import FileSystemStore from "@zarrita/storage/fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { get, open } from "zarrita";
import { createTrajectoryStore } from "./create-trajectory-store.ts";
import type { StoreDescription } from "./description.ts";
import { measureNormalisation } from "./measure-normalisation.ts";
import { openTrajectoryStore, writeNormalisation } from "./open-trajectory-store.ts";
import { sealedNode } from "./seal.ts";

const description: StoreDescription = {
  experiment: "waves",
  split: "train",
  channels: ["u"],
  grid: { shape: [3, 4], extent: [1, 2], boundary: ["periodic", "wall"] },
  frameInterval: 0.5,
  frames: 2,
  trajectories: 1,
  parameters: { Re: [100] },
  recipe: { dt: 0.1 },
  seed: 7,
  observation: { pointStride: 1 },
};
const values = normal(key(1), 24);

let dir = "";
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "eddyflow-damaged-")), "train.zarr");
  await (await createTrajectoryStore(dir, description)).write(0, values);
  await writeNormalisation(dir, await measureNormalisation(await openTrajectoryStore(dir)));
});
afterEach(() => rm(join(dir, ".."), { recursive: true }));

const readAll = async () => {
  const store = await openTrajectoryStore(dir);
  const { description, normalisation } = store;
  return { description, normalisation, frames: await store.readFrames(0, 0, 2) };
};

/** Every n-th bit in turn; `pnpm verify:fuzz` flips all of them. */
test.each([
  ["zarr.json", 29],
  ["trajectories/000000/zarr.json", 29],
  ["trajectories/000000/c.1.0.0.0", 3],
])("a flipped bit of %s changes nothing that is read, or is refused", async (name, every) => {
  const whole = await readAll();
  expect(whole.frames).toEqual(values);
  const file = join(dir, name);
  const bytes = await readFile(file);
  for (let bit = 0; bit < 8 * bytes.length; bit += every) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    await writeFile(file, flipped);
    try {
      expect(await readAll(), `bit ${bit}`).toEqual(whole);
    } catch (error) {
      if (!isEddyflowError(error, "DataError")) throw error;
    }
  }
});

test("other readers of Zarr open what has checksums", async () => {
  const files = new FileSystemStore(join(dir, "trajectories/000000"));
  const array = await open.v3(files, { kind: "array" });
  expect((await get(array)).data).toEqual(values);
  const node = JSON.parse(await readFile(join(dir, "trajectories/000000/zarr.json"), "utf8"));
  expect(node.codecs.map(({ name }: { name: string }) => name)).toEqual([
    ...["bytes", "zstd", "crc32c"],
  ]);
  expect(node.attributes.sha256).toMatch(/^[0-9a-f]{64}$/u);
});

test("a store of an older release, without checksums, opens and can grow", async () => {
  const zarr = join(dir, "zarr.json");
  const node = JSON.parse(await readFile(zarr, "utf8"));
  const array = join(dir, "trajectories/000000/zarr.json");
  const { attributes, codecs, ...rest } = JSON.parse(await readFile(array, "utf8"));
  for (const frame of [0, 1]) {
    const chunk = join(dir, `trajectories/000000/c.${frame}.0.0.0`);
    await writeFile(chunk, (await readFile(chunk)).subarray(0, -4));
  }
  const chunkBytes = attributes.chunkBytes.map((size: number) => size - 4);
  const old = { ...rest, codecs: codecs.slice(0, 2), attributes: { chunkBytes } };
  await writeFile(array, JSON.stringify(old));
  const { sha256: _, ...kept } = node.attributes;
  await writeFile(zarr, JSON.stringify({ ...node, attributes: { ...kept, version: 3 } }));
  expect((await readAll()).frames).toEqual(values);

  const more = { ...description, trajectories: 2, parameters: { Re: [100, 200] } };
  await (await createTrajectoryStore(dir, more)).write(1, values.toReversed());
  const grown = await openTrajectoryStore(dir);
  expect(await grown.readFrames(0, 0, 2)).toEqual(values);
  expect(await grown.readFrames(1, 0, 2)).toEqual(values.toReversed());
});

test("metadata that have lost their hash are refused", async () => {
  for (const name of ["trajectories/000000/zarr.json", "zarr.json"]) {
    const node = JSON.parse(await readFile(join(dir, name), "utf8"));
    delete node.attributes.sha256;
    await writeFile(join(dir, name), JSON.stringify(node));
    await expect(openTrajectoryStore(dir)).rejects.toThrow(/zarr.json is damaged: it has lost/u);
  }
});

test("a codec that is not known is named in one line, also where the hash is right", async () => {
  const path = join(dir, "trajectories/000000/zarr.json");
  const node = JSON.parse(await readFile(path, "utf8"));
  const codecs = node.codecs.map((codec: { name: string }) =>
    codec.name === "zstd" ? { name: "lzma2", configuration: {} } : codec,
  );
  await writeFile(path, JSON.stringify(sealedNode({ ...node, codecs })));
  const error = await readAll().catch((thrown: unknown) => thrown);
  expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
  expect((error as Error).message).toMatch(
    /zarr\.json names the codec "lzma2"; expected bytes, zstd and crc32c/u,
  );
  expect((error as Error).message).not.toContain("\n");
});

test("too many open files are not called damage", async () => {
  const store = await openTrajectoryStore(dir);
  const failure = Object.assign(new Error("EMFILE"), { code: "EMFILE" });
  vi.spyOn(FileSystemStore.prototype, "get").mockRejectedValue(failure);
  const read = store.readFrames(0, 0, 1);
  await expect(read).rejects.toMatchObject({ name: "StorageError" });
  await expect(read).rejects.toThrow(
    /c\.0\.0\.0\.0 cannot be read: too many open files; expected a higher limit; raise it with ulimit -n$/u,
  );
  vi.restoreAllMocks();
});
