import { ArgumentError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { velocityOf } from "./velocity-of.ts";

test("a velocity field is given back, and another kind of model is refused by its name", () => {
  const velocity = () => {
    throw new Error("not evaluated here");
  };
  expect(velocityOf({ kind: "velocity", velocity })).toBe(velocity);
  const flowMap = () => velocityOf({ kind: "map", flowMap: velocity });
  expect(flowMap).toThrow(ArgumentError);
  expect(flowMap).toThrow('the model is of the kind "map"');
});
