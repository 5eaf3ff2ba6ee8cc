import { DataError } from "@eddyflow/core";
import { expect, test } from "vitest";
import type { FoundArray } from "../find-arrays.ts";
import { coordinatesOf, extentOf, stepOf } from "./coordinates-of.ts";

const times = (along: readonly number[], numbers: Readonly<Record<string, number>> = {}) => ({
  ...{ along: { time: along }, numbers, lists: {} },
});

test("a step of time that is not that of the frames is refused: it may be the solver's", () => {
  expect(stepOf(times([0, 0.5, 1], { dt: 0.5 }), 3, "a.npz")).toBe(0.5);
  expect(stepOf(times([], { dt: 0.1 }), 3, "a.npz")).toBe(0.1);
  expect(stepOf(times([0, 0.5, 1, 1.5]), 3, "a.npz")).toBe(0.5);
  expect(() => stepOf(times([0, 0.5, 1], { dt: 0.1 }), 3, "a.npz")).toThrow(
    "a.npz: dt is 0.1, and its frames are 0.5 apart; expected one time step; give --dt",
  );
});

test.for([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a step of time of %s is refused", (dt) => {
  expect(() => stepOf(times([], { dt }), 3, "a.npz")).toThrow(`a.npz: dt is ${dt}; expected`);
});

test("coordinates that fall, or are not even, are refused with the flag that says the length", () => {
  const along = (y: readonly number[]) => ({ along: { y }, numbers: {}, lists: {} });
  expect(extentOf(along([0, 2, 4]), ["y"], [3], "a.npz")).toEqual([6]);
  for (const y of [
    [90, 0, -90],
    [0, 1, 3],
  ]) {
    expect(() => extentOf(along(y), ["y"], [3], "a.npz")).toThrow("or give --extent");
  }
});

/** An array beside the fields; one of no values holds a missing one. */
const found = (
  name: string,
  shape: readonly number[],
  values: readonly number[] = [],
): FoundArray => ({
  ...{ file: "a.nc", name, problem: null },
  array: {
    ...{ path: "a.nc", shape, type: "float64", axes: shape.map(() => null) },
    read: async () => {
      if (values.length > 0) return values;
      throw new DataError({
        problem: `${name} is missing`,
        expected: "values",
        remedy: "write it",
      });
    },
    attribute: async () => undefined,
  },
});

test("a list with a missing value is no parameter and spoils nothing, coordinates with one are refused", async () => {
  const { lists, numbers } = await coordinatesOf([
    found("energy", [3]),
    found("nu", [], [0.1]),
    found("z", [1], [5]),
  ]);
  expect(lists).toEqual({ energy: [Number.NaN, Number.NaN, Number.NaN] });
  expect(numbers).toEqual({ nu: 0.1 });
  await expect(coordinatesOf([found("time", [3])])).rejects.toThrow("time is missing");
});
