import { expect, test } from "vitest";
import { atSize } from "./at-size.ts";
import type { Experiment } from "./experiment.ts";
import { ks2d } from "./ks2d.ts";

const twoSized: Experiment = {
  ...ks2d,
  models: {
    velocity: { norm: { kind: "sobolev", beta: 1 } },
    flow: { increments: { kind: "dyadic", levels: 3 } },
    velocity_pd: { steps: 4 },
  },
  small: {
    seed: 9,
    data: { trajectories: { test: 1 } },
    network: { features: [4] },
    models: {
      velocity: { norm: { kind: "sobolev", timePower: 2 } },
      flow: { increments: { kind: "uniform" } },
    },
  },
};

test("the full size is the experiment without its overrides", () => {
  const { small, ...full } = twoSized;
  expect(atSize(twoSized, "full")).toEqual(full);
});

test("the small size replaces the keys it names, lists and other choices whole, and no others", () => {
  const before = structuredClone(twoSized);
  const config = atSize(twoSized, "small");
  expect(config.seed).toBe(9);
  expect(config.data).toEqual({
    ...ks2d.data,
    trajectories: { ...ks2d.data.trajectories, test: 1 },
  });
  expect(config.network).toEqual({ features: [4] });
  expect(config.models?.velocity?.norm).toEqual({ kind: "sobolev", beta: 1, timePower: 2 });
  expect(config.models?.flow?.increments).toEqual({ kind: "uniform" });
  expect(config.models?.velocity_pd).toEqual({ steps: 4 });
  expect("small" in config).toBe(false);
  expect(twoSized).toEqual(before);
});

test("an experiment without overrides has one size", () => {
  const { small, ...oneSized } = ks2d;
  expect(atSize(oneSized, "small")).toEqual(oneSized);
});
