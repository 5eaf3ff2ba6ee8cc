import { expect, test } from "vitest";
import { atSize } from "./at-size.ts";
import type { Experiment } from "./experiment.ts";
import { ks2d } from "./ks2d.ts";

const twoSized: Experiment = {
  ...ks2d,
  small: {
    seed: 9,
    data: { trajectories: { test: 1 } },
    network: { features: [4] },
    models: {
      velocity: { norm: { kind: "sobolev", alpha: 1, beta: 2 } },
      flow: { increments: { kind: "uniform", minimum: 0.1 } },
    },
  },
};

test("the full size is the experiment without its overrides", () => {
  const { small, ...full } = twoSized;
  expect(atSize(twoSized, "full")).toEqual(full);
});

test("the small size replaces the keys it names, lists and tagged choices whole, and no others", () => {
  const before = structuredClone(twoSized);
  const config = atSize(twoSized, "small");
  expect(config.seed).toBe(9);
  expect(config.data).toEqual({
    ...ks2d.data,
    trajectories: { ...ks2d.data.trajectories, test: 1 },
  });
  expect(config.network).toEqual({ features: [4], padding: ["periodic", "periodic"] });
  expect(config.models.velocity).toEqual({
    ...ks2d.models.velocity,
    norm: { kind: "sobolev", alpha: 1, beta: 2 },
  });
  expect(config.models.flow.increments).toEqual({ kind: "uniform", minimum: 0.1 });
  expect(config.models.velocity_pd).toEqual(ks2d.models.velocity_pd);
  expect("small" in config).toBe(false);
  expect(twoSized).toEqual(before);
});

test("an experiment without overrides has one size", () => {
  const { small, ...oneSized } = ks2d;
  expect(atSize(oneSized, "small")).toEqual(oneSized);
});
