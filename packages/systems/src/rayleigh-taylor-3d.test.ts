import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { rayleighTaylor3d } from "./rayleigh-taylor-3d.ts";

const { recipe: schema } = rayleighTaylor3d;
const recipe = schema.parse({
  system: "rayleigh-taylor-3d",
  numPoints: [16, 8, 8],
  atwood: [0.75, 0.5],
  interfaces: [{ mu: 0.5, sigma: 0.5, phaseSpread: Math.PI }],
  observation: { pointStride: 1 },
});

test("the Atwood numbers take turns, and are the parameters of the trajectories", () => {
  const { begin } = rayleighTaylor3d.prepare(recipe);
  for (const [index, atwood] of [0.75, 0.5, 0.75].entries()) {
    expect(rayleighTaylor3d.parameters(recipe, index)).toEqual({ atwood });
    const { state } = begin(key(1), index);
    const lightest = state.filter((_, i) => i % 4 === 3).reduce((a, b) => Math.min(a, b));
    expect(lightest).toBeCloseTo((1 - atwood) / (1 + atwood), 2);
  }
});

test("the box is 1 wide along x, and its cells are cubes", () => {
  expect(rayleighTaylor3d.layout(recipe).grid).toEqual({
    shape: [16, 8, 8],
    extent: [2, 1, 1],
    boundary: ["wall", "periodic", "periodic"],
  });
});

test("the solver refuses to compete, and says why", () => {
  expect(() => rayleighTaylor3d.solver()).toThrow(/Atwood number .* not observed/u);
});

test("a stride must divide every axis", () => {
  const { error } = schema.safeParse({ ...recipe, observation: { pointStride: 3 } });
  expect(error?.issues[0]).toMatchObject({
    path: ["observation", "pointStride"],
    message: "does not divide numPoints",
  });
});
