import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectValues, failure, fixture, value } from "./open-data.test.helpers.ts";
import { openData } from "./open-data.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-acdm-"));
});
afterAll(() => rm(dir, { recursive: true }));

const said = { extent: [2, 3], boundary: ["wall", "wall"], frameInterval: 0.5 } as const;

test("one file per field and frame, in the order of its reader, from its first frame on", async () => {
  const store = await openData(fixture("128_tra"), said);
  expect(store.description).toMatchObject({
    experiment: "128_tra",
    channels: ["velocity_x", "velocity_y", "density", "pressure"],
    vectors: [{ channels: ["velocity_x", "velocity_y"], axes: [0, 1] }],
    grid: { shape: [4, 6], ...{ extent: said.extent, boundary: said.boundary } },
    frames: 2,
    trajectories: 2,
  });
  await expectValues(store, ({ sample, frame, i, j, c }) => value(sample, frame, i, j, c));
  expect(store.description.parameters).toEqual({
    "Reynolds Number": [100, 101],
    "Mach Number": [0.5, 0.5],
  });
});

test("parameters and the mask are channels where they are asked for, one value per frame of its list", async () => {
  const channels = ["Reynolds Number", "Drag Coefficient", "obstacle_mask", "pressure"];
  const store = await openData(fixture("128_tra"), { ...said, channels });
  await expectValues(store, ({ sample, frame, i, j, c }) => {
    if (c === 0) return 100 + sample;
    // The frames are number 1 and 2.
    if (c === 1) return frame === 0 ? 2 : 3 + sample;
    return c === 2 ? (6 * i + j) % 2 : value(sample, frame, i, j, 3);
  });
  expect(store.normalisation).toBeNull();
});

test("the published normalisation is that of the set in the folder's name", async () => {
  const channels = ["pressure", "velocity_y", "Mach Number"];
  const { normalisation } = await openData(fixture("128_tra"), { ...said, channels });
  expect(normalisation).toEqual({
    channels,
    mean: [0.637941, -0.000129, 0.7],
    std: [0.119944, 0.216987, 0.118322],
  });
  const own = join(dir, "train");
  await cp(fixture("128_tra"), own, { recursive: true });
  expect((await openData(own, said)).normalisation).toBeNull();
});

test("what the files do not say is asked for", async () => {
  const { boundary, ...others } = said;
  expect(await failure("ArgumentError", fixture("128_tra"), others)).toContain(
    "the option boundary",
  );
  expect(await failure("ArgumentError", fixture("128_tra"), { boundary })).toContain(
    "does not say how far its frames are apart; expected the option frameInterval",
  );
});
