import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHdf5 } from "./hdf5.ts";
import { type Hdf5Dataset, writeHdf5 } from "./write-hdf5.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-write-hdf5-"));
});
afterAll(() => rm(dir, { recursive: true }));

test("groups, attributes of each kind and datasets are read as they were written", async () => {
  const path = join(dir, "all.hdf5");
  const members = Object.fromEntries(
    Array.from({ length: 40 }, (_, i): [string, Hdf5Dataset] => [
      `d${i}`,
      { attributes: {}, type: "float32", shape: [i + 1], values: new Array(i + 1).fill(i / 2) },
    ]),
  );
  const long = "σ".repeat(5000);
  await writeHdf5(path, {
    attributes: { yes: true, count: -3n, ratio: 0.1, name: "Größe", none: "", long, empty: [] },
    members: {
      many: { attributes: { names: ["a", "bb", "ccc"], flags: [true, false] }, members },
      ü: { attributes: {}, type: "bool", shape: [2, 2], values: [1, 0, 0, 1] },
      one: { attributes: {}, type: "float32", shape: [], values: [1.5] },
    },
  });
  const file = await openHdf5(path);
  expect(await file.attribute("/", "yes")).toEqual([1]);
  expect(await file.attribute("/", "count")).toEqual([-3]);
  expect(await file.attribute("/", "ratio")).toEqual([0.1]);
  expect(await file.attribute("/", "name")).toEqual(["Größe"]);
  expect(await file.attribute("/", "none")).toEqual([""]);
  expect(await file.attribute("/", "long")).toEqual([long]);
  expect(await file.attribute("/", "empty")).toEqual([]);
  expect(await file.attribute("many", "names")).toEqual(["a", "bb", "ccc"]);
  expect(await file.attribute("many", "flags")).toEqual([1, 0]);
  expect(await file.names("many")).toHaveLength(40);
  for (let i = 0; i < 40; i++) {
    expect([...Array.from(await file.read(`many/d${i}`))]).toEqual(new Array(i + 1).fill(i / 2));
  }
  expect(Array.from(await file.read("ü"))).toEqual([1, 0, 0, 1]);
  expect(await file.shape("one")).toEqual([]);
  expect(Array.from(await file.read("one"))).toEqual([1.5]);
});

test("values beyond 4 GiB lie where they belong", async () => {
  const path = join(dir, "large.hdf5");
  const [rows, columns] = [5 * 2 ** 18, 2 ** 10];
  // What is never written is a hole, which takes no room on the disk.
  const large = { attributes: {}, type: "float32", shape: [rows, columns] } as const;
  await writeHdf5(path, { attributes: {}, members: { large } }, async (write) => {
    await write(
      "large",
      (rows - 1) * columns,
      Float32Array.from({ length: columns }, (_, i) => i),
    );
  });
  const file = await openHdf5(path);
  expect(Array.from(await file.read("large", [rows - 1]))).toEqual(
    Array.from({ length: columns }, (_, i) => i),
  );
  expect(Math.max(...Array.from(await file.read("large", [0])))).toBe(0);
});
