import { expect, test } from "vitest";
import { picturedPlane } from "./pictured-plane.ts";

test("a plane is drawn whole, with the lengths of its axes", () => {
  const grid = { shape: [8, 16], extent: [1, 4], boundary: ["periodic", "periodic"] as const };
  expect(picturedPlane({ grid })).toEqual({
    shape: [8, 16],
    axes: [
      { name: "y", extent: 1 },
      { name: "x", extent: 4 },
    ],
    cut: null,
  });
});

test("of a volume the plane is named by the axis across it and the point where it is cut", () => {
  const boundary = ["wall", "periodic", "periodic"] as const;
  const grid = { shape: [32, 16, 8], extent: [2, 1, 1], boundary };
  const plane = picturedPlane({ grid });
  expect(plane?.axes.map(({ name }) => name)).toEqual(["z", "y"]);
  expect(plane?.cut).toEqual({ name: "x", point: 5, points: 8 });
});

test("axes are named after the velocities along them, where the data tell them", () => {
  const grid = { shape: [8, 8], extent: [1, 1], boundary: ["wall", "periodic"] as const };
  const vectors = [{ channels: ["vy", "vz"], axes: [1, 0] }];
  expect(picturedPlane({ grid, vectors })?.axes.map(({ name }) => name)).toEqual(["z", "y"]);
});

test("a single axis has no picture", () => {
  const grid = { shape: [8], extent: [1], boundary: ["periodic"] as const };
  expect(picturedPlane({ grid })).toBeNull();
});
