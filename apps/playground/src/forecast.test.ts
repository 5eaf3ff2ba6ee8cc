import { expect, test } from "vitest";
import { copies, score, shown, spectrumOf } from "./forecast.ts";
import { regime, seenSize } from "./regime.ts";

/** Four waves along x with amplitude √2: deviation 1. */
const truth = Float32Array.from(
  { length: seenSize },
  (_, i) => Math.SQRT2 * Math.cos((2 * Math.PI * 4 * i) / regime.seen),
);

test("an ensemble of copies has no error and no spread", () => {
  const { error, spread } = score(copies(truth, 4), truth);
  expect(error).toBeCloseTo(0, 6);
  expect(spread).toBeCloseTo(0, 6);
});

test("two members that are too high and too low by one deviation have a right mean and a spread of √2", () => {
  const states = copies(truth, 2).map((u, i) => u + (i < seenSize ? 1 : -1));
  const { error, spread } = score(states, truth);
  expect(error).toBeCloseTo(0, 5);
  expect(spread).toBeCloseTo(Math.SQRT2, 5);
  expect(shown(states, "mean")[0]).toBeCloseTo(truth[0] as number, 5);
  expect(shown(states, "spread")[7]).toBeCloseTo(Math.SQRT2, 5);
  expect(shown(states, "member")[0]).toBeCloseTo((truth[0] as number) + 1, 5);
});

test("the energy of a wave is at its number of waves", () => {
  const energies = spectrumOf(truth);
  expect(energies.find(([waves]) => waves === 4)?.[1]).toBeCloseTo(1, 5);
  expect(energies.filter(([waves]) => waves !== 4).every(([, energy]) => energy < 1e-10)).toBe(
    true,
  );
});
