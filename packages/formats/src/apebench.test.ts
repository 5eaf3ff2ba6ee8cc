import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectValues, failure, fixture, value } from "./open-data.test.helpers.ts";
import { openData } from "./open-data.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-apebench-"));
});
afterAll(() => rm(dir, { recursive: true }));

test("samples, times and channels lie where its layout has them", async () => {
  const store = await openData(fixture("apebench"), { split: "test" });
  expect(store.description).toMatchObject({
    experiment: "waves",
    split: "test",
    channels: ["u0", "u1"],
    grid: { shape: [4, 4], extent: [3, 3], boundary: ["periodic", "periodic"] },
    frameInterval: 0.5,
    frames: 5,
    trajectories: 2,
  });
  expect(store.description.vectors).toBeUndefined();
  await expectValues(store, ({ sample, frame, i, j, c }) => value(sample, frame, i, j, c));
});

test("the first tenth of the training data is the validation split", async () => {
  const path = fixture("apebench/waves.json");
  const validation = await openData(path, { split: "validation" });
  expect(validation.trajectories).toBe(1);
  await expectValues(validation, ({ frame, i, j, c }) => value(0, frame, i, j, c));
  const train = await openData(path, { split: "train", channels: ["u1"] });
  expect(train.trajectories).toBe(11);
  await expectValues(train, ({ sample, frame, i, j }) => value(sample + 1, frame, i, j, 1));
  expect((await openData(fixture("apebench/waves_train.npy"))).trajectories).toBe(12);
});

test("what its own scraper wrote is read value by value, a convecting field is a vector", async () => {
  const expected = JSON.parse(await readFile(fixture("apebench-own/expected.txt"), "utf8"));
  for (const split of ["train", "test"] as const) {
    const store = await openData(fixture(`apebench-own/burgers_${split}.npy`));
    expect(store.description).toMatchObject({
      experiment: "burgers",
      channels: ["u_x", "u_y"],
      vectors: [{ channels: ["u_x", "u_y"], axes: [0, 1] }],
      grid: { shape: [6, 6], extent: [1, 1] },
      frameInterval: 0.1,
      frames: split === "train" ? 2 : 3,
      trajectories: split === "train" ? 2 : 1,
    });
    await expectValues(
      store,
      ({ sample, frame, i, j, c }) => expected[split][sample][frame][c][i][j],
    );
  }
});

test("of several scenarios in a folder, and of several splits, one is asked for", async () => {
  for (const name of ["waves.json", "waves_train.npy"]) {
    await copyFile(fixture(`apebench/${name}`), join(dir, name));
  }
  for (const name of ["burgers.json", "burgers_test.npy"]) {
    await copyFile(fixture(`apebench-own/${name}`), join(dir, name));
  }
  expect(await failure("ArgumentError", dir, { split: "test" })).toContain(
    "holds the scenarios burgers, waves; expected one",
  );
  expect(await failure("ArgumentError", fixture("apebench"))).toContain("the option split");
  expect(
    await failure("ArgumentError", fixture("apebench/waves_test.npy"), { split: "train" }),
  ).toContain("is the test split, not train");
});
