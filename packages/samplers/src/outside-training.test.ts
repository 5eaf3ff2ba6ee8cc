import { expect, test } from "vitest";
import { equalSteps } from "./equal-steps.ts";
import { outsideTraining } from "./outside-training.ts";

const twoSteps = { increments: [0.5, 0.5], times: [0, 0.5, 1], tableau: "euler" } as const;
const dyadic = { increments: [0.25, 1], levels: [1, 0.5, 0.25] } as const;
const range = { increments: [0.2, 0.6] } as const;

test.each([
  [equalSteps("euler", 2), twoSteps],
  // In float32, as the times are drawn.
  [equalSteps("heun", 3), { increments: [1 / 3, 1 / 3], times: [0, 1 / 3, Math.fround(2 / 3), 1] }],
  [equalSteps("flow", 2), range],
  [equalSteps("flow", 5), range],
  [{ kind: "jump", times: [0, 0.2, 0.8, 1] }, range],
  [equalSteps("rk4", 1), { increments: [1, 1], tableau: "rk4" }],
  [equalSteps("direct", 1), range],
  [equalSteps("flow", 4), dyadic],
  [{ kind: "jump", times: [0, 0.5, 0.75, 1] }, dyadic],
] as const)("steps that a model was trained on are no reason to warn: %j", (sampler, trainedOn) => {
  expect(outsideTraining(sampler, trainedOn)).toBeNull();
});

test.each([
  [equalSteps("euler", 3), twoSteps, "run by euler:3, trained on the flow times 0, 0.5, 1 only"],
  [equalSteps("euler", 1), twoSteps, "run by euler:1, trained on the flow times 0, 0.5, 1 only"],
  [equalSteps("heun", 2), twoSteps, "run by heun:2, trained on steps of euler"],
  [equalSteps("flow", 1), range, "run by flow:1, trained on steps of 0.2 to 0.6 only"],
  [equalSteps("flow", 6), range, "run by flow:6, trained on steps of 0.2 to 0.6 only"],
  [
    { kind: "jump", times: [0, 0.1, 0.5, 1] },
    range,
    "run by flow:3, trained on steps of 0.2 to 0.6 only",
  ],
  [equalSteps("flow", 3), dyadic, "run by flow:3, trained on steps of 1, 0.5, 0.25 only"],
  // A step of ½ that begins at a quarter.
  [
    { kind: "jump", times: [0, 0.25, 0.75, 1] },
    dyadic,
    "run by flow:3, trained on steps of 1, 0.5, 0.25 only",
  ],
  [equalSteps("flow", 2), { increments: [1, 1] }, "run by flow:2, trained on steps of 1 only"],
] as const)("steps elsewhere are named: %j", (sampler, trainedOn, words) => {
  expect(outsideTraining(sampler, trainedOn)).toBe(words);
});
