import { expect, test } from "vitest";
import { differentPoints, differentStates, inSentence, type States } from "./different-states.ts";

const states: States = {
  channels: ["u", "v"],
  grid: { shape: [8, 16], extent: [4, 8], boundary: ["periodic", "wall"] },
  interval: 0.1,
};

test("states on more points of the same cells are alike, and the points are told apart where asked", () => {
  const larger = { ...states, grid: { ...states.grid, shape: [16, 16], extent: [8, 8] } };
  expect(differentStates(states, larger)).toEqual([]);
  expect(differentPoints(states, larger)).toEqual([
    { what: "points", was: "8 × 16", is: "16 × 16" },
  ]);
  expect(differentPoints(states, states)).toEqual([]);
});

test("another box, wall, interval and channels are each said", () => {
  const found = differentStates(states, {
    channels: ["u"],
    grid: { shape: [8, 16], extent: [4, 4], boundary: ["wall", "wall"] },
    interval: 0.3,
  });
  expect(inSentence(found, "was")).toBe(
    "channels u, v, cell size 0.5 × 0.5, boundary periodic × wall and interval 0.1",
  );
  expect(inSentence(found, "is")).toBe(
    "channels u, cell size 0.5 × 0.25, boundary wall × wall and interval 0.3",
  );
});

test("an interval that is not known or differs by rounding is no difference", () => {
  expect(differentStates({ ...states, interval: null }, states)).toEqual([]);
  expect(differentStates(states, { ...states, interval: 0.3 - 0.2 })).toEqual([]);
});
