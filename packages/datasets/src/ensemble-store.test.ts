import { mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { key, normal } from "@eddyflow/random";
import FileSystemStore from "@zarrita/storage/fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { get, open } from "zarrita";
import { createEnsembleStore } from "./create-ensemble-store.ts";
import { type EnsembleDescription, stateHash } from "./ensemble-description.ts";
import { openEnsembleStore } from "./open-ensemble-store.ts";

const initial = normal(key(9), 12);
const description: EnsembleDescription = {
  experiment: "stirred",
  split: "test",
  recipe: { dt: 0.1 },
  seed: 7,
  grid: { shape: [3, 4], extent: [1, 2], boundary: ["periodic", "periodic"] },
  channels: ["vorticity"],
  frameStride: 1,
  conditions: [
    { trajectory: 0, frame: 3, sha256: stateHash(initial) },
    { trajectory: 1, frame: 2, sha256: stateHash(initial.toReversed()) },
  ],
  members: 2,
};
const memberOf = (condition: number, member: number) => normal(key(100 * condition + member), 12);

let dir = "";
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "eddyflow-ensemble-")), "test-ensemble.zarr");
});
afterEach(() => rm(join(dir, ".."), { recursive: true }));

async function fill(changed: Partial<EnsembleDescription> = {}): Promise<number> {
  const writer = await createEnsembleStore(dir, { ...description, ...changed });
  for (const [condition, members] of writer.missing.entries()) {
    for (const member of members)
      await writer.write(condition, member, memberOf(condition, member));
  }
  return writer.missing.flat().length;
}
const refusal = async (work: Promise<unknown>) => {
  const error = await work.catch((reason: unknown) => reason);
  expect(isEddyflowError(error), String(error)).toBe(true);
  return (error as Error).message;
};

test("members are read as they were written, here and by other readers of Zarr", async () => {
  expect(await fill()).toBe(4);
  const store = await openEnsembleStore(dir);
  expect(store.description).toEqual(description);
  for (const condition of [0, 1]) {
    const expected = [0, 1].map((member) => memberOf(condition, member));
    expect(await store.readMembers(condition)).toEqual(expected);
  }
  const array = await open.v3(new FileSystemStore(dir), { kind: "array" });
  expect(array.shape).toEqual([2, 2, 3, 4, 1]);
  expect((await get(array, [1, 0, null, null, 0])).data).toEqual(memberOf(1, 0));
});

test("more members and conditions extend an ensemble, and what is there is kept", async () => {
  await fill({ members: 1 });
  expect(await fill()).toBe(2);
  const conditions = [...description.conditions, { trajectory: 0, frame: 1, sha256: "c" }];
  expect(await fill({ conditions, members: 1 })).toBe(1);
  expect(await refusal(openEnsembleStore(dir))).toMatch(
    /not complete: 1 of 2 members of condition 2 .*--ensemble 2 --conditions 3/u,
  );
  expect(await fill({ conditions })).toBe(1);
  const grown = await openEnsembleStore(dir);
  expect(grown.description).toEqual({ ...description, conditions });
  expect(await grown.readMembers(2)).toEqual([memberOf(2, 0), memberOf(2, 1)]);
  // Fewer are there already.
  expect(await fill({ members: 1 })).toBe(0);
});

test.each([
  ["seed", { seed: 8 }, "seed is 7, not 8"],
  ["recipe", { recipe: { dt: 0.2 } }, "recipe.dt is 0.1, not 0.2"],
  [
    "initial state",
    { conditions: [{ trajectory: 0, frame: 3, sha256: "other" }] },
    "conditions.0.sha256 is",
  ],
])("an ensemble of another %s is refused", async (_, changed, said) => {
  await fill();
  expect(await refusal(fill(changed))).toContain(said);
});

test("an ensemble that is not complete is not opened, and what a killed process left goes in the end", async () => {
  const writer = await createEnsembleStore(dir, description);
  await writer.write(0, 0, memberOf(0, 0));
  await writeFile(join(dir, ".partial-c.0.1.0.0.0-x"), "half");
  expect(await refusal(openEnsembleStore(dir))).toMatch(/1 of 2 members of condition 0 are there/u);
  expect(await fill()).toBe(3);
  expect(await fill()).toBe(0);
  expect((await readdir(dir)).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a member cut short is refused by name, and drawn again", async () => {
  await fill();
  await truncate(join(dir, "c.1.0.0.0.0"), 20);
  expect(await refusal(openEnsembleStore(dir))).toMatch(/c\.1\.0\.0\.0\.0 has 20 of 52 bytes/u);
  expect(await fill()).toBe(1);
  expect(await (await openEnsembleStore(dir)).readMembers(1)).toHaveLength(2);
});

/** Every n-th bit in turn. */
test.each([
  ["zarr.json", 331],
  ["c.0.1.0.0.0", 17],
])("a flipped bit of %s changes nothing that is read, or is refused", async (name, every) => {
  await fill();
  const read = async () => {
    const store = await openEnsembleStore(dir);
    return { description: store.description, members: await store.readMembers(0) };
  };
  const whole = await read();
  const bytes = await readFile(join(dir, name));
  for (let bit = 0; bit < 8 * bytes.length; bit += every) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    await writeFile(join(dir, name), flipped);
    try {
      expect(await read(), `bit ${bit}`).toEqual(whole);
    } catch (error) {
      if (!isEddyflowError(error, "DataError")) throw error;
    }
  }
});

test("what does not fit is not written, nor through a link, nor beside other files", async () => {
  const writer = await createEnsembleStore(dir, description);
  expect(await refusal(writer.write(0, 0, new Float32Array(11)))).toMatch(
    /11 values; expected 12/u,
  );
  const bad = new Float32Array(12).fill(Number.NaN);
  expect(await refusal(writer.write(0, 1, bad))).toMatch(
    /member 1 of condition 0 has the value NaN/u,
  );
  await symlink(dir, join(dir, "../linked"));
  expect(await refusal(createEnsembleStore(join(dir, "../linked"), description))).toMatch(
    /is a link/u,
  );
  expect(await refusal(createEnsembleStore(join(dir, ".."), description))).toMatch(/is not empty/u);
  expect(await refusal(openEnsembleStore(join(dir, "../none")))).toMatch(/zarr.json is missing/u);
});

test.each<[string, Partial<EnsembleDescription>]>([
  ["no member", { members: 0 }],
  ["no condition", { conditions: [] }],
  ["a seed that is no number", { seed: Number.NaN }],
  ["fewer lengths than axes", { grid: { ...description.grid, extent: [1] } }],
])("an ensemble of %s is not begun", async (_, changed) => {
  const message = await refusal(createEnsembleStore(dir, { ...description, ...changed }));
  expect(message).toContain(`attribute "${Object.keys(changed)[0]}" is not usable`);
  expect(await readdir(join(dir, ".."))).toEqual([]);
});

test("an ensemble of a store with a negative seed is opened again", async () => {
  await fill({ seed: -3 });
  expect((await openEnsembleStore(dir)).description.seed).toBe(-3);
});

test("a process that asks for fewer members leaves those alone that another one is writing", async () => {
  await fill();
  await createEnsembleStore(dir, { ...description, members: 3 });
  const partial = ".partial-c.0.2.0.0.0-of-another";
  await writeFile(join(dir, partial), "");
  expect(await fill()).toBe(0);
  expect(await readdir(dir)).toContain(partial);
  expect(await fill({ members: 3 })).toBe(2);
  expect(await fill({ members: 3 })).toBe(0);
  expect(await readdir(dir)).not.toContain(partial);
});
