import { expect, test } from "vitest";
import { measureNormalisation } from "./measure-normalisation.ts";
import { observedStore } from "./observed-store.ts";
import { withoutTimestamp, withTimestamp } from "./timestamp.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";

const [ny, nx, frames] = [2, 4, 5];

/** u = 100 · trajectory + 10 · frame + point, v = −u, two channels on 2 × 4 points. */
const store: TrajectoryStore = {
  description: {
    experiment: "numbers",
    split: "train",
    channels: ["u", "v"],
    vectors: [{ channels: ["u", "v"], axes: [1, 0] }],
    grid: { shape: [ny, nx], extent: [2, 4], boundary: ["wall", "periodic"] },
    frameInterval: 0.5,
    frames,
    trajectories: 2,
    recipe: null,
    seed: 0,
    observation: [],
  },
  trajectories: 2,
  normalisation: null,
  readFrames: async (trajectory, first, count) =>
    Float32Array.from({ length: count * ny * nx * 2 }, (_, i) => {
      const frame = first + Math.floor(i / (2 * ny * nx));
      const value = 100 * trajectory + 10 * frame + (Math.floor(i / 2) % (ny * nx));
      return i % 2 === 0 ? value : -value;
    }),
};

test("the last channel of a state is the time of its frame, at every point", async () => {
  const timed = withTimestamp(store);
  expect(timed.description.channels).toEqual(["u", "v", "timestamp"]);
  const values = await timed.readFrames(1, 2, 2);
  expect(values).toHaveLength(2 * ny * nx * 3);
  for (let i = 0; i < values.length; i += 3) {
    const point = i / 3;
    const frame = 2 + Math.floor(point / (ny * nx));
    const u = 100 + 10 * frame + (point % (ny * nx));
    expect(Array.from(values.subarray(i, i + 3))).toEqual([u, -u, 0.5 * frame]);
  }
  const plain = await store.readFrames(1, 2, 2);
  expect(withoutTimestamp(values, timed.description.channels)).toEqual(plain);
  expect(withoutTimestamp(plain, store.description.channels)).toBe(plain);
});

test("the normalisation of the time is that of the frames, whether it is measured or known", async () => {
  const measured = await measureNormalisation(withTimestamp(store));
  const known = withTimestamp({ ...store, normalisation: await measureNormalisation(store) });
  expect(known.normalisation?.channels).toEqual(measured.channels);
  for (const list of ["mean", "std"] as const) {
    for (const [i, value] of measured[list].entries()) {
      expect(known.normalisation?.[list][i]).toBeCloseTo(value, 10);
    }
  }
});

test("a store that has the time already is the same one", () => {
  const timed = withTimestamp(store);
  expect(withTimestamp(timed)).toBe(timed);
});

test("an observed store shows of each frame what the observation lets through", async () => {
  const seen = observedStore({ ...store, normalisation: await measureNormalisation(store) }, [
    { kind: "slice", axis: 0, at: 1 },
    { kind: "fields", channels: ["v"] },
  ]);
  expect(seen.description).toMatchObject({
    channels: ["v"],
    vectors: [{ channels: ["v"], axes: [null] }],
    grid: { shape: [nx], extent: [4], boundary: ["periodic"] },
  });
  expect(seen.normalisation).toBeNull();
  const values = await seen.readFrames(1, 3, 2);
  expect(Array.from(values)).toEqual([134, 135, 136, 137, 144, 145, 146, 147].map((u) => -u));
});
