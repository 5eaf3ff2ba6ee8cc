import { expect, test } from "vitest";
import { upgradeConfig } from "./upgrade-config.ts";

const experiment = {
  name: "a",
  data: { system: "kuramoto-sivashinsky-2d", domainExtent: 50, observation: { stride: 2 } },
  models: {
    velocity: { iterations: 1, sampler: { method: "midpoint", steps: 10 } },
    flow: {
      sampler: { method: "flow", steps: 1 },
      increments: { kind: "square-root", minimum: 0.04 },
    },
    velocity_pd: { steps: 2, tableau: "midpoint" },
  },
};

test("a run of version 1 keeps its own recipe, in the words of version 2", () => {
  const upgraded = upgradeConfig({ model: "flow", size: "small", experiment });
  expect(upgraded).toEqual({
    version: 2,
    method: "flow",
    size: "small",
    precision: "float32",
    experiment: {
      name: "a",
      data: { system: "kuramoto-sivashinsky-2d", extent: 50, observation: { pointStride: 2 } },
      models: {
        flow: { sampler: { steps: 1 }, increments: { kind: "square-root", minimum: 0.2 } },
      },
    },
  });
  expect(upgradeConfig({ model: "velocity", experiment })).toMatchObject({
    experiment: { models: { velocity: { sampler: { tableau: "midpoint", steps: 10 } } } },
  });
});

test("stages of version 1 name their teacher's tableau and their times", () => {
  const stage = { index: 0, teacherMethod: "midpoint", grid: [0, 1] };
  expect(upgradeConfig({ stages: [stage], precision: "mixed", experiment })).toMatchObject({
    stages: [{ index: 0, teacherTableau: "midpoint", times: [0, 1] }],
    precision: "mixed",
    experiment: { models: { velocity_pd: { steps: 2 } } },
  });
});

test("a configuration of version 2 is left as it is", () => {
  const config = { version: 2, method: "velocity", experiment };
  expect(upgradeConfig(config)).toBe(config);
});
