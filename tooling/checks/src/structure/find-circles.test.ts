import { expect, test } from "vitest";
import { findCircles } from "./find-circles.ts";

test("a circle is given as the path that leads back to its start", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", []],
    ["d", ["e"]],
    ["e", ["b", "c"]],
  ]);
  expect(findCircles(graph)).toEqual([["b", "d", "e", "b"]]);
});

test("a file that imports itself is a circle, two ways to one file are none", () => {
  expect(findCircles(new Map([["a", ["a"]]]))).toEqual([["a", "a"]]);
  const twoWays = new Map([
    ["a", ["b", "c"]],
    ["b", ["d"]],
    ["c", ["d"]],
  ]);
  expect(findCircles(twoWays)).toEqual([]);
});
