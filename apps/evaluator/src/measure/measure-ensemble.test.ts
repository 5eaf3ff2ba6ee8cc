import { foldIn, key, normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import type { Contestant } from "../contestants/contestant.ts";
import { persistence } from "../contestants/persistence.ts";
import { evaluateAlone, evaluateInRanks } from "./evaluate.test.helpers.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import { floorParts, type ReferenceEnsemble, requireHistory } from "./reference-ensemble.ts";
import { shifted, stubStore } from "./stub-store.ts";

const stds = [0.8, 70];
const scaled = (state: Float32Array, noise: ArrayLike<number>, by: number) =>
  state.map((value, i) => value + by * (stds[i % 2] as number) * (noise[i] as number));

/** The law of the next state is known: the truth and, in units of the deviations, normal noise of size ½. */
function gaussian(name: string, size: number, shift = 0): Contestant {
  return {
    ...persistence(name),
    kind: "model",
    nfePerStep: 1,
    ensemble: true,
    begin: (initial) => ({
      step: async (own) => {
        const moved = shifted(initial).map((value, i) => value + shift * (stds[i % 2] as number));
        return scaled(moved, normal(own, initial.length), size);
      },
      dispose: () => {},
    }),
  };
}

const conditions = [0, 1, 2, 3].map((trajectory) => ({ trajectory, frame: trajectory + 1 }));
const [members, ofReference] = [12, 60];
const reference: ReferenceEnsemble = {
  conditions,
  members: ofReference,
  readMembers: async (condition) => {
    const { trajectory, frame } = conditions[condition] as (typeof conditions)[number];
    const next = await stubStore.readFrames(trajectory, frame + 1, 1);
    return Array.from({ length: ofReference }, (_, member) =>
      scaled(next, normal(foldIn(key(condition), member), next.length), 0.5),
    );
  },
};

const options: EvaluateOptions = {
  amounts: { samples: 0, rollouts: 0, rolloutLength: 0 },
  ensemble: reference,
  members,
  latentPolicy: "new",
  reference: "teacher",
  seed: 5,
  batch: 8,
  std: stds,
  signal: new AbortController().signal,
};
const contestants = [
  gaussian("teacher", 0.5),
  gaussian("timid", 0.25),
  gaussian("biased", 0.5, 1),
  persistence("persistence"),
  { ...gaussian("pair", 0.5), run: 0 },
  { ...gaussian("pair", 0.25), run: 1 },
];
const measured = await evaluateAlone(contestants, stubStore, options);
const scoresOf = (name: string) =>
  measured.contestants.find((contestant) => contestant.name === name)?.scores.ensemble;
const scored = (
  name: string,
  score: "meanError" | "deviationError" | "energyDistance" | "spectrumError" | "crps",
) => scoresOf(name)?.[score]?.mean.value ?? Number.NaN;
const floorOf = (
  score: "meanError" | "deviationError" | "energyDistance" | "spectrumError" | "crps",
) => measured.ensemble?.floor?.scores[score]?.mean.value ?? Number.NaN;

test("a contestant of the reference’s own law scores what the sizes of both leave, and so does the floor", () => {
  expect(measured.ensemble).toMatchObject({
    ...{ conditions: 4, members: 60, floor: { members: 12, against: 48 } },
  });
  expect(scored("teacher", "deviationError")).toBeAllclose(Math.sqrt(1 / (2 * 11) + 1 / (2 * 59)), {
    rtol: 0.05,
  });
  expect(floorOf("deviationError")).toBeAllclose(Math.sqrt(1 / (2 * 11) + 1 / (2 * 47)), {
    rtol: 0.05,
  });
  // The fair CRPS of a normal law against itself is its deviation over √π.
  for (const crps of [scored("teacher", "crps"), floorOf("crps")]) {
    expect(crps).toBeAllclose(0.5 / Math.sqrt(Math.PI), { rtol: 0.02 });
  }
  expect(Math.abs(scored("teacher", "energyDistance"))).toBeLessThan(0.005);
  expect(scored("teacher", "meanError")).toBeAllclose(floorOf("meanError"), { rtol: 0.1 });
});

test("too little spread, a bias and certainty are told apart", () => {
  // ‖X − Y‖ of many cells is √(σ² + τ² + b²), ‖X − X′‖ is √2·σ.
  const distance = (own: number, bias: number) =>
    2 * Math.hypot(own, 0.5, bias) - Math.SQRT2 * (own + 0.5);
  expect(scored("timid", "energyDistance")).toBeAllclose(distance(0.25, 0), { rtol: 0.05 });
  expect(scored("biased", "energyDistance")).toBeAllclose(distance(0.5, 1), { rtol: 0.02 });
  expect(scored("timid", "deviationError")).toBeAllclose(0.51, { rtol: 0.05 });
  expect(scored("timid", "meanError")).toBeLessThan(scored("teacher", "meanError"));
  expect(scored("biased", "deviationError")).toBeAllclose(scored("teacher", "deviationError"), {
    rtol: 0.05,
  });
  // A forecast that is certain has no spread at all.
  expect(scored("persistence", "deviationError")).toBe(1);
  expect(scored("persistence", "crps")).toBeGreaterThan(scored("teacher", "crps"));
  // White noise of a quarter of the energy: three quarters are missing where there are no waves.
  expect(scored("timid", "spectrumError")).toBeGreaterThan(0.4);
  expect(scored("timid", "spectrumError")).toBeLessThan(0.75);
  expect(scored("teacher", "spectrumError")).toBeLessThan(0.1);
});

test("runs of one contestant are averaged, and scores are compared with the teacher’s", () => {
  for (const score of ["deviationError", "crps"] as const) {
    const mean = (scored("teacher", score) + scored("timid", score)) / 2;
    expect(scored("pair", score)).toBeCloseTo(mean, 10);
  }
  const timid = measured.contestants.find(({ name }) => name === "timid");
  expect(timid?.ratioToTeacher?.ensemble?.deviationError?.value).toBeCloseTo(
    scored("timid", "deviationError") / scored("teacher", "deviationError"),
    10,
  );
  const [low, high] = scoresOf("timid")?.meanError?.mean.interval ?? [];
  expect(low).toBeLessThanOrEqual(scored("timid", "meanError"));
  expect(high).toBeGreaterThanOrEqual(scored("timid", "meanError"));
});

test("the fields of the first conditions are kept, of the reference and of each contestant", () => {
  const { pictured, fields } = measured.ensemble ?? {};
  expect(pictured).toEqual([0, 1, 2]);
  expect(fields?.ensemble?.mean.map((each) => each.length)).toEqual([3, 3]);
  const [teacher, , , still] = measured.contestants;
  expect(teacher?.ensembleFields?.ensemble?.spread[0]).toHaveLength(3);
  expect(still?.ensembleFields?.ensemble).toBeNull();
});

test("a small reference has no floor, and a certain one no deviation to compare with", async () => {
  const certain = {
    ...reference,
    members: 1,
    readMembers: async (condition: number) => {
      const [member] = await reference.readMembers(condition);
      return [member as Float32Array];
    },
  };
  const { contestants, ensemble } = await evaluateAlone([gaussian("teacher", 0.5)], stubStore, {
    ...options,
    ensemble: certain,
  });
  expect(ensemble?.floor).toBeNull();
  expect(contestants[0]?.scores.ensemble?.deviationError?.mean).toMatchObject({
    value: null,
    reason: "the reference has no spread",
  });
  expect(contestants[0]?.scores.ensemble?.meanError?.mean.value).toBeGreaterThan(0);
});

test("three ranks compare to the bit what one process compares", async () => {
  const { setting, ...figures } = measured;
  const shared = await evaluateInRanks(3, contestants, stubStore, options);
  expect(shared).toEqual({ ...figures, setting: { ...setting, ranks: 3 } });
});

test("the floor has as many members as a contestant, or half of the reference", () => {
  expect(floorParts(64, 8)).toEqual({ members: 8, against: 56 });
  expect(floorParts(10, 8)).toEqual({ members: 5, against: 5 });
  expect(floorParts(3, 2)).toBeNull();
});

test("a condition with too few states before it is refused", () => {
  expect(() => requireHistory(reference, 2)).not.toThrow();
  expect(() => requireHistory(reference, 3)).toThrow(
    /condition 0 .* has 1 states before it.*draw the ensemble with data\.history=3/u,
  );
});
