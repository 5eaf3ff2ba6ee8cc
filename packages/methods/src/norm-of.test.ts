import { l2 } from "@eddyflow/losses";
import { key, normalTensor } from "@eddyflow/random";
import { dispose, mul, reshape, tensor1d, tile } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { normOf } from "./norm-of.ts";
import { norm } from "./recipe-parts.ts";

const grid = { shape: [6, 8], extent: [6, 16], boundary: ["periodic", "wall"] } as const;

test("the powers of a Sobolev recipe are those of the weights α t^q and β tᵖ", async () => {
  const error = normalTensor(key(1), [1, 6, 8, 2]);
  const measured = async (given: object, time: number) => {
    const t = tensor1d([time]);
    const value = normOf(norm.parse({ kind: "sobolev", ...given }), { grid })(error, t);
    const [number] = await value.data();
    dispose([t, value]);
    return number as number;
  };
  const ofValues = await measured({ alpha: 2, beta: 0 }, 0.5);
  const ofGradients = await measured({ alpha: 0, beta: 3 }, 0.5);
  expect(ofGradients).toBeGreaterThan(0);
  for (const time of [0, 0.5, 1]) {
    const both = await measured({ alpha: 2, alphaPower: 1, beta: 3, timePower: 2 }, time);
    expect(both).toBeAllclose(time * ofValues + time ** 2 * ofGradients, { rtol: 1e-5 });
    const constant = await measured({ alpha: 2, beta: 3 }, time);
    expect(constant).toBeAllclose(ofValues + ofGradients, { rtol: 1e-5 });
  }
  error.dispose();
});

test("differences are central unless the recipe says forward", async () => {
  const t = tensor1d([0.5]);
  const wave = tensor1d([1, -1, 1, -1, 1, -1]);
  const error = reshape(wave, [1, 6, 1, 1]);
  const wide = tile(error, [1, 1, 8, 1]);
  const measured = async (given: object) => {
    const value = normOf(norm.parse({ kind: "sobolev", alpha: 0, ...given }), { grid })(wide, t);
    const [number] = await value.data();
    value.dispose();
    return number;
  };
  expect(await measured({})).toBe(0);
  expect(await measured({ differences: "central" })).toBe(0);
  expect(await measured({ differences: "forward" })).toBeGreaterThan(1);
  dispose([t, wave, error, wide]);
});

test("a norm of one's own is the one that is given by its name, and refused without", () => {
  const recipe = norm.parse({ kind: "own", norm: "mine" });
  for (const mine of [l2(), l2()]) {
    expect(normOf(recipe, { grid, norms: { mine } })).toBe(mine);
  }
  for (const context of [{ grid }, { grid, norms: { other: l2() } }]) {
    expect(() => normOf(recipe, context)).toThrow('there is no norm "mine" of one\'s own');
  }
});

test("a recipe of l2 is the mean square at every time", async () => {
  const error = reshape(mul(tensor1d([1, 2, 3, 4]), 1), [1, 2, 2, 1]);
  const t = tensor1d([0.3]);
  const value = normOf(norm.parse({ kind: "l2" }), { grid })(error, t);
  expect((await value.data())[0]).toBe(7.5);
  dispose([error, t, value]);
});
