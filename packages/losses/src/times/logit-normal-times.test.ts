import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { logitNormalTimes } from "./logit-normal-times.ts";

const count = 40_000;

/** Φ at −2, −1, 0, 1 and 2, to six digits. */
const normalLaw = [0.02275, 0.158655, 0.5, 0.841345, 0.97725];

test.each([
  [0, 1],
  [-0.8, 1],
  [0.5, 0.25],
])("logit-normal times of μ = %f and σ = %f have the quantiles of the normal law", (mu, sigma) => {
  const times = logitNormalTimes({ mu, sigma })(key(1), count);
  expect(times.every((t) => t > 0 && t < 1)).toBe(true);
  normalLaw.forEach((expected, i) => {
    const limit = 1 / (1 + Math.exp(-(mu + sigma * (i - 2))));
    const share = times.filter((t) => t <= limit).length / count;
    // Four standard errors of a share.
    const tolerance = 4 * Math.sqrt((expected * (1 - expected)) / count);
    expect(Math.abs(share - expected)).toBeLessThan(tolerance);
  });
});

test("the same key gives the same times, which stay in [0, 1] however wide they are spread", () => {
  const draw = logitNormalTimes({ sigma: 200 });
  const times = draw(key(2), 1000);
  expect(draw(key(2), 1000)).toEqual(times);
  expect(times.every((t) => t >= 0 && t <= 1)).toBe(true);
});

test.each([{ sigma: 0 }, { sigma: -1 }, { mu: Number.NaN }, { sigma: Number.POSITIVE_INFINITY }])(
  "%j makes no law of flow times and is refused",
  (options) => {
    try {
      logitNormalTimes(options);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  },
);
