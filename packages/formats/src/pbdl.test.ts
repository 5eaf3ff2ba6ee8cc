import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trainingBatches } from "@eddyflow/datasets";
import { expect, test } from "vitest";
import { expectValues, failure, fixture, value } from "./open-data.test.helpers.ts";
import { openData } from "./open-data.ts";
import { writeHdf5 } from "./write-hdf5.ts";

const extent = [2, 3];

test.for(["pbdl.hdf5", "pbdl-frames.hdf5"])(
  "%s: fields first or last, equal letters are a vector, constants are parameters",
  async (name) => {
    const store = await openData(fixture(name), { extent });
    expect(store.description).toMatchObject({
      experiment: name.replace(".hdf5", ""),
      channels: ["Field1", "Field2a", "Field2b", "Field3"],
      vectors: [{ channels: ["Field2a", "Field2b"], axes: [0, 1] }],
      grid: { shape: [4, 6], extent, boundary: ["periodic", "periodic"] },
      frameInterval: 0.25,
      frames: 2,
      trajectories: 3,
    });
    expect(store.description.parameters).toEqual({ Const1: [0.5, 1.5, 2.5] });
    await expectValues(store, ({ sample, frame, i, j, c }) => value(sample, frame, i, j, c));
    const part = await openData(fixture(name), { extent, channels: ["Field3", "Field2b"] });
    await expectValues(part, ({ sample, frame, i, j, c }) =>
      value(sample, frame, i, j, c === 0 ? 3 : 2),
    );
  },
);

test("the statistics that its own tool keeps in a file are used, but not for a part of the file", async () => {
  const { normalisation } = await openData(fixture("pbdl.hdf5"), { extent });
  const within = (sample: number) => {
    const all = [0, 1].flatMap((frame) =>
      [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3, 4, 5].map((j) => value(sample, frame, i, j))),
    );
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    return { mean, variance: all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length };
  };
  // The tool averages over simulations what it finds in each.
  const mean = [0, 1, 2].reduce((sum, sample) => sum + within(sample).mean / 3, 0);
  for (const c of [0, 1, 2, 3]) {
    expect(normalisation?.mean[c]).toBeCloseTo(mean + c / 4, 3);
    expect(normalisation?.std[c]).toBeCloseTo(Math.sqrt(within(0).variance), 4);
  }
  const train = await openData(fixture("pbdl.hdf5"), { extent, split: "train" });
  expect(train.normalisation).toBeNull();
  expect((await openData(fixture("pbdl-frames.hdf5"), { extent })).normalisation).toBeNull();
});

test("the length of the box is asked for, as the file does not have it", async () => {
  expect(await failure("ArgumentError", fixture("pbdl.hdf5"))).toContain(
    "does not say how long its axes are; expected the option extent, 2 lengths",
  );
});

test("three equal letters on two axes may be a tensor or a vector: no augmentation flips them", async () => {
  const dir = await mkdtemp(join(tmpdir(), "eddyflow-pbdl-"));
  try {
    const path = join(dir, "stress.hdf5");
    const sim0 = {
      attributes: {},
      type: "float32",
      shape: [2, 3, 2, 2],
      values: new Array<number>(24).fill(1),
    } as const;
    const attributes = { "Fields Scheme": "SSS", Fields: ["s_xx", "s_xy", "s_yy"], Dt: 1 };
    await writeHdf5(path, {
      attributes: {},
      members: { sims: { attributes, members: { sim0 } } },
    });
    const store = await openData(path, { extent: [1, 1], boundary: ["periodic", "periodic"] });
    expect(store.description.vectors).toBeUndefined();
    expect(store.description.undirected).toEqual([attributes.Fields]);
    const flipped = trainingBatches(store, {
      batchSize: 1,
      seed: 0,
      augmentation: { flip: [0] },
    });
    await expect(flipped.next()).rejects.toThrow("a flip or turn of [s_xx, s_xy, s_yy]");
  } finally {
    await rm(dir, { recursive: true });
  }
});
