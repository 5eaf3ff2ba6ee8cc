import type { TrajectoryStore } from "@eddyflow/datasets";
import { type Communicator, inProcess } from "@eddyflow/parallel";
import { normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import { climatology } from "../contestants/climatology.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { persistence } from "../contestants/persistence.ts";
import { type AskedAmounts, chooseAmounts } from "./amounts.ts";
import { evaluateAlone, evaluateInRanks } from "./evaluate.test.helpers.ts";
import { type EvaluateOptions, evaluate } from "./evaluate.ts";
import type { ScoreName } from "./scores.ts";
import { shareOut } from "./share-out.ts";
import { shifted, stubStore } from "./stub-store.ts";

/** A model that knows the truth and adds noise of a size to it. */
function shifter(name: string, noise: number, { nfe = 1 } = {}): Contestant {
  return {
    ...persistence(name),
    kind: "model",
    nfePerStep: nfe,
    ensemble: true,
    timedRows: (batch) => batch,
    begin: (initial, rows) => {
      expect(initial.length).toBe(rows * 512);
      let state = initial;
      return {
        step: async (key) => {
          const draws = normal(key, state.length);
          const truth = shifted(state);
          state = truth;
          return truth.map((value, i) => value + noise * std(i % 2) * (draws[i] as number));
        },
        dispose: () => {},
      };
    },
  };
}

const stds = [0.8, 70];
const std = (channel: number) => stds[channel] as number;

const options: EvaluateOptions = {
  amounts: { samples: 10, rollouts: 3, rolloutLength: 6 },
  members: 4,
  latentPolicy: "new",
  reference: "teacher",
  seed: 5,
  batch: 8,
  std: stds,
  signal: new AbortController().signal,
};

const measured = await evaluateAlone(
  [
    persistence("persistence"),
    climatology("climatology", stubStore),
    shifter("perfect", 0),
    shifter("noisy", 0.1),
    shifter("teacher", 0.1),
    shifter("far", 0.4),
    // Two runs of one contestant, like "noisy" and "far".
    { ...shifter("pair", 0.1), run: 0 },
    { ...shifter("pair", 0.4), run: 1 },
    { ...shifter("cheap", 0.8), undistilled: true },
  ],
  stubStore,
  options,
);
const of = (name: string) => {
  const found = measured.contestants.find((contestant) => contestant.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

test("a model that is always right has no error, the truth's energies and the truth's frames", () => {
  const perfect = of("perfect");
  expect(perfect.oneStep?.vrmse).toBeLessThan(1e-6);
  expect(Math.abs(perfect.oneStep?.crps ?? 1)).toBeLessThan(1e-6);
  for (const ratio of Object.values(perfect.spectrum ?? {})) expect(ratio).toBeCloseTo(1, 6);
  expect(perfect.rollout?.vrmse).toHaveLength(6);
  for (const error of perfect.rollout?.vrmse ?? [1]) expect(error).toBeLessThan(1e-6);
  measured.truthShells?.forEach((energy, k) => {
    expect(perfect.shells?.[k]).toBeCloseTo(energy, 6);
  });
  expect(measured.pictured?.steps.stills).toEqual([0, 1, 2, 3, 5, 6]);
  expect(measured.pictured?.channels).toHaveLength(2);
  measured.pictured?.truth.member.forEach((frames, channel) => {
    frames.forEach((frame, index) => {
      const drawn = perfect.frames?.member[channel]?.[index] ?? new Float32Array();
      // Relative to the deviation of the channel.
      const far = frame.map((value, i) => Math.abs(value - (drawn[i] as number)) / std(channel));
      expect(Math.max(...far)).toBeLessThan(1e-6);
    });
  });
});

const scoresOf = (name: string) => of(name).scores.oneStep ?? {};
const channelsOf = (name: string, score: ScoreName) =>
  scoresOf(name)[score]?.channels.map(({ value }) => value) ?? [];

test("every channel is scored by itself, with an interval, and the mean is that of the channels", () => {
  for (const { scores } of measured.contestants) {
    for (const { mean, channels } of Object.values(scores.oneStep ?? {})) {
      expect(channels).toHaveLength(2);
      if (mean.value === null) expect(mean.reason).toBeTruthy();
      else {
        const values = channels.flatMap(({ value }) => value ?? []);
        const sum = values.reduce((total, value) => total + value, 0);
        expect(mean.value).toBeCloseTo(sum / values.length, 9);
        expect(mean.interval?.[0]).toBeLessThanOrEqual(mean.value + 1e-12);
        expect(mean.interval?.[1]).toBeGreaterThanOrEqual(mean.value - 1e-12);
      }
    }
  }
  expect(of("noisy").oneStep?.crps).toBe(scoresOf("noisy").crps?.mean.value);
});

test("the scores of noise of a tenth around the truth are those of its law", () => {
  expect(channelsOf("noisy", "rmse")).toBeAllclose([0.1, 0.1], { rtol: 0.05 });
  expect(channelsOf("noisy", "spread")).toBeAllclose([0.1, 0.1], { rtol: 0.05 });
  // The mean of four members has half the error of one.
  expect(channelsOf("noisy", "skill")).toBeAllclose([0.05, 0.05], { rtol: 0.05 });
  // The truth is the centre, not a member: √(5/4) · .1/.05.
  const ratio = Math.sqrt(5 / 4) * 2;
  expect(channelsOf("noisy", "spreadSkill")).toBeAllclose([ratio, ratio], { rtol: 0.05 });
  // The centre is outside of four members where all are on one side: 2 · ½⁴.
  expect(channelsOf("noisy", "coverage")).toBeAllclose([7 / 8, 7 / 8], { atol: 0.03 });
  // The number of members below the centre has the binomial law of four throws.
  for (const ranks of of("noisy").scores.rankHistogram ?? []) {
    expect(ranks).toBeAllclose([1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16], { atol: 0.03 });
  }
  expect(channelsOf("noisy", "almostFairCrps")[0]).toBeGreaterThan(
    channelsOf("noisy", "crps")[0] as number,
  );
});

test("a single forecast has no spread, and its CRPS and energy score are its errors", () => {
  const { spread, coverage, spreadSkill } = scoresOf("persistence");
  for (const score of [spread, coverage, spreadSkill]) {
    expect(score?.mean).toMatchObject({ value: null, reason: "a single forecast has no spread" });
  }
  expect(of("persistence").scores.rankHistogram).toBeNull();
  expect(channelsOf("persistence", "almostFairCrps")).toEqual(channelsOf("persistence", "crps"));
});

test("waves that only move drift nowhere, and noise has the energy that it adds", () => {
  const [truth, perfect, far] = [measured.truthScores, of("perfect").scores, of("far").scores].map(
    ({ rollout }) => rollout?.at(-1),
  );
  for (const scores of [truth, perfect]) {
    expect(scores?.meanDrift?.mean.value).toBeLessThan(1e-5);
    expect(Math.abs(scores?.energyDrift?.mean.value ?? 1)).toBeLessThan(1e-5);
  }
  expect(far?.energyDrift?.mean.value).toBeGreaterThan(0.05);
});

test("the correlation of persistence with moving waves falls, that of the truth never does", () => {
  const timesOf = (name: string) =>
    of(name).scores.correlationTimes?.map(({ times }) => times.mean) ?? [];
  const [high, low] = timesOf("persistence");
  expect(high?.value).toBeLessThan(low?.value ?? 0);
  for (const score of timesOf("perfect")) {
    expect(score).toMatchObject({ value: 3, reason: expect.stringContaining("still above") });
  }
});

test("a channel that is constant has no VRMSE, with the reason, and the others are scored", async () => {
  const flat: TrajectoryStore = {
    ...stubStore,
    readFrames: async (...where) =>
      (await stubStore.readFrames(...where)).map((value, i) => (i % 2 === 0 ? value : 70)),
  };
  const { contestants } = await evaluateAlone([persistence("persistence")], flat, {
    ...options,
    reference: null,
  });
  const { vrmse, energyHigh, correlation } = contestants[0]?.scores.oneStep ?? {};
  expect(vrmse?.channels[1]).toEqual({
    value: null,
    interval: null,
    reason: "the truth is constant",
  });
  expect(vrmse?.mean.value).toBe(vrmse?.channels[0]?.value);
  expect(vrmse?.mean.reason).toBe("without 1 of 2 channels, where the truth is constant");
  expect(energyHigh?.channels[1]?.reason).toBe("the truth has no energy there");
  expect(correlation?.channels[1]?.value).toBeNull();
  expect(contestants[0]?.spectrum?.high).toBe(energyHigh?.channels[0]?.value);
});

test("persistence has the error that is calculated directly", async () => {
  // Rollouts begin at frame 0 of the first trajectories: compare with frame s by hand.
  const expected = Array.from({ length: 6 }, () => ({ vrmse: 0, crps: 0 }));
  for (let trajectory = 0; trajectory < 3; trajectory++) {
    const frames = await stubStore.readFrames(trajectory, 0, 7);
    for (let step = 1; step <= 6; step++) {
      for (let channel = 0; channel < 2; channel++) {
        const first = [...frames.subarray(0, 512)].filter((_, i) => i % 2 === channel);
        const later = [...frames.subarray(step * 512, (step + 1) * 512)].filter(
          (_, i) => i % 2 === channel,
        );
        const mean = later.reduce((sum, v) => sum + v, 0) / 256;
        const variance = later.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 256;
        const square = later.reduce((sum, v, i) => sum + (v - (first[i] as number)) ** 2, 0) / 256;
        const absolute =
          later.reduce((sum, v, i) => sum + Math.abs(v - (first[i] as number)), 0) / 256;
        const entry = expected[step - 1] as { vrmse: number; crps: number };
        entry.vrmse += Math.sqrt(square / variance) / 6;
        entry.crps += absolute / std(channel) / 6;
      }
    }
  }
  expected.forEach(({ vrmse, crps }, index) => {
    expect(of("persistence").rollout?.vrmse[index]).toBeCloseTo(vrmse, 5);
    expect(of("persistence").rollout?.crps[index]).toBeCloseTo(crps, 5);
  });
});

test("independent noise around the truth has the CRPS of a normal distribution at its centre", () => {
  // E|X − y| − ½E|X − X′| with X ~ N(y, s²): s(√(2/π) − 1/√π).
  const expected = 0.1 * (Math.sqrt(2 / Math.PI) - 1 / Math.sqrt(Math.PI));
  expect((of("noisy").oneStep?.crps ?? 0) / expected).toBeGreaterThan(0.95);
  expect((of("noisy").oneStep?.crps ?? 0) / expected).toBeLessThan(1.05);
});

test("from the same noise equal models end in the same place, and others as far as they differ", () => {
  expect(of("teacher").distillationError).toBe(0);
  expect(of("noisy").distillationError).toBe(0);
  // Ends differ by 0.3 of the noise, two samples of the teacher by √2 of 0.1 of it.
  const ratio = (of("far").distillationError ?? 0) / (measured.teacherSpread ?? 1);
  expect(ratio).toBeGreaterThan((0.3 / (0.1 * Math.SQRT2)) * 0.95);
  expect(ratio).toBeLessThan((0.3 / (0.1 * Math.SQRT2)) * 1.05);
  expect(of("persistence").distillationError).toBeNull();
  expect(of("climatology").distillationError).toBeNull();
});

test("runs of one contestant become one entry with their mean, and an interval that covers both", () => {
  const pairs = measured.contestants.filter(({ name }) => name === "pair");
  expect(pairs.map(({ seeds }) => seeds)).toEqual([2]);
  const both = (value: (entry: ReturnType<typeof of>) => number | null | undefined) =>
    ["noisy", "far"].reduce((sum, name) => sum + (value(of(name)) ?? Number.NaN) / 2, 0);
  const values = [
    ({ scores }) => scores.oneStep?.spreadSkill?.mean.value,
    ({ scores }) => scores.rolloutMean?.crps?.mean.value,
    ({ scores }) => scores.rankHistogram?.[0]?.[1],
    ({ shells }) => shells?.[3],
    ({ distillationError }) => distillationError,
  ] satisfies ((entry: ReturnType<typeof of>) => number | null | undefined)[];
  for (const value of values) expect(value(of("pair"))).toBeCloseTo(both(value), 9);
  const [low, high] = scoresOf("pair").rmse?.mean.interval ?? [1, 0];
  expect(low).toBeLessThanOrEqual(scoresOf("noisy").rmse?.mean.value ?? 0);
  expect(high).toBeGreaterThanOrEqual(scoresOf("far").rmse?.mean.value ?? 1);
});

test("the mean over a rollout is that of its steps", () => {
  const { rollout, rolloutMean } = of("far").scores;
  const steps = rollout?.map(({ crps }) => crps?.channels[1]?.value ?? Number.NaN) ?? [];
  const sum = steps.reduce((total, value) => total + value, 0);
  expect(rolloutMean?.crps?.channels[1]?.value).toBeCloseTo(sum / steps.length, 12);
});

test("a ratio to the teacher is surer than its parts, because both have the same trajectories", () => {
  const { ratioToTeacher } = of("noisy");
  expect(ratioToTeacher?.to).toBe("teacher");
  // The same noise: equal on every set of trajectories, however those differ.
  expect(ratioToTeacher?.oneStep?.crps).toEqual({ value: 1, interval: [1, 1] });
  expect(ratioToTeacher?.rolloutMean?.rmse?.interval).toEqual([1, 1]);
  const [low = 1, high = 1] = scoresOf("noisy").crps?.mean.interval ?? [];
  expect(high).toBeGreaterThan(low);
  const far = of("far").ratioToTeacher?.oneStep?.rmse;
  expect(far?.value).toBeCloseTo(4, 6);
  expect(far?.interval?.[1]).toBeCloseTo(4, 6);
  expect(of("teacher").ratioToTeacher).toBeNull();
  expect(ratioToTeacher?.distillationError).toMatchObject({
    value: null,
    reason: "what it is divided by is 0",
  });
});

test("a student is compared with the teacher's own weights at equal cost, and those with nothing", () => {
  expect(of("far").ratioAtEqualCost?.to).toBe("teacher");
  expect(of("cheap").ratioAtEqualCost).toBeNull();
  expect(of("persistence").ratioAtEqualCost).toBeNull();
});

test("added noise shows as energy at high wavenumbers", () => {
  expect(of("far").spectrum?.high).toBeGreaterThan((of("noisy").spectrum?.high ?? 0) + 0.1);
  expect(of("noisy").spectrum?.high).toBeGreaterThan(1);
});

test("the results depend on the seed and not on the batch, where there is no noise", async () => {
  const again = await evaluateAlone(
    [persistence("persistence"), shifter("perfect", 0)],
    stubStore,
    {
      ...options,
      reference: null,
      batch: 3,
    },
  );
  expect(again.contestants[0]?.oneStep).toEqual(of("persistence").oneStep);
  expect(again.contestants[0]?.rollout).toEqual(of("persistence").rollout);
  const other = await evaluateAlone([persistence("persistence")], stubStore, {
    ...options,
    reference: null,
    seed: 6,
  });
  expect(other.contestants[0]?.oneStep?.vrmse).not.toBe(of("persistence").oneStep?.vrmse);
  expect(other.teacherSpread).toBeNull();
});

test("fixed noise is the same at each step, fresh noise is not", async () => {
  const keysOf = async (latentPolicy: "new" | "fixed") => {
    const keys = new Set<string>();
    const noted: Contestant = {
      ...shifter("noted", 0),
      timedRows: () => null,
      begin: (initial) => ({
        step: async (key) => {
          keys.add(key.join());
          return initial;
        },
        dispose: () => {},
      }),
    };
    const amounts = { samples: 0, rollouts: 1, rolloutLength: 6 };
    const asked = { ...options, latentPolicy, amounts, reference: null };
    await evaluateAlone([noted], stubStore, asked);
    return keys.size;
  };
  expect(await keysOf("new")).toBe(6);
  expect(await keysOf("fixed")).toBe(1);
});

test("as much is measured as is usual and there is, and no more can be asked for", () => {
  const nothing = { samples: null, rollouts: null, rolloutLength: null };
  const choose = (asked: Partial<AskedAmounts>, history = 1) =>
    chooseAmounts(stubStore, { oneStep: true, rollout: true, ...nothing, ...asked }, history);
  expect(choose({})).toEqual({ samples: 24, rollouts: 4, rolloutLength: 6 });
  expect(choose({ rolloutLength: 2 })).toEqual({ samples: 24, rollouts: 8, rolloutLength: 2 });
  expect(choose({ rollout: false, samples: 5 })).toEqual({
    samples: 5,
    rollouts: 0,
    rolloutLength: 0,
  });
  // With three known states there are two starts fewer in each trajectory.
  expect(choose({}, 3)).toEqual({ samples: 16, rollouts: 4, rolloutLength: 4 });
  expect(() => choose({}, 7)).toThrow(/nothing to forecast after 7 known states/);
  expect(() => choose({ samples: 25 })).toThrow("at most 24");
  expect(() => choose({ rolloutLength: 7 })).toThrow("at most 6");
  expect(() => choose({ rollouts: 9, rolloutLength: 3 })).toThrow("at most 8");
});

test("progress goes from nothing to everything", async () => {
  const parts: number[] = [];
  await evaluateAlone([persistence("persistence"), shifter("noisy", 0.1)], stubStore, {
    ...options,
    reference: null,
    onProgress: (part) => parts.push(part),
  });
  expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  expect(parts[0]).toBe(0);
  expect(parts.at(-1)).toBeCloseTo(1, 10);
});

test("two, three and more ranks than parts measure to the bit what one process measures", async () => {
  const some = [
    persistence("persistence"),
    shifter("teacher", 0.1),
    // Two runs of one contestant.
    { ...shifter("pair", 0.1), run: 0 },
    { ...shifter("pair", 0.4), run: 1 },
  ];
  const amounts = { samples: 6, rollouts: 3, rolloutLength: 2 };
  // Of one trajectory, whose sums would show another order of its states.
  const store = { ...stubStore, description: { ...stubStore.description, trajectories: 1 } };
  const measuredIn = (ranks: number) => {
    let now = 0;
    return evaluateInRanks(
      ranks,
      some,
      { ...store, trajectories: 1 },
      {
        ...{ ...options, amounts, batch: 4, clock: () => now++ },
      },
    );
  };
  const { setting, ...figures } = await measuredIn(1);
  for (const ranks of [2, 3, 20]) {
    expect(await measuredIn(ranks)).toEqual({ ...figures, setting: { ...setting, ranks } });
  }
});

test("the others wait while rank 0 takes the times", async () => {
  const steps: string[] = [];
  const noted = (rank: number): Contestant => ({
    ...shifter("noted", 0),
    begin: (initial) => ({
      step: async () => {
        steps.push(`${rank}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        return initial;
      },
      dispose: () => {},
    }),
  });
  await Promise.all(
    inProcess(2).map((communicator) =>
      evaluate([noted(communicator.rank)], stubStore, {
        ...{ ...options, communicator, reference: null },
        amounts: { samples: 4, rollouts: 0, rolloutLength: 0 },
      }),
    ),
  );
  // One step to warm up and seven that count; then each has two states of four members.
  expect(steps.join("")).toMatch(/^0{8}[01]{2}$/u);
  expect(steps).toContain("1");
});

test("an abort ends it, also where a rank waits for others", async () => {
  const controller = new AbortController();
  const work = evaluateAlone([shifter("noisy", 0.1)], stubStore, {
    ...options,
    reference: null,
    signal: controller.signal,
    onProgress: (part) => part > 0 && controller.abort(),
  });
  await expect(work).rejects.toThrow(/abort/u);

  const [rank] = inProcess(2);
  const other = new AbortController();
  const measure = () => Promise.resolve(1);
  const parts = shareOut([{ price: 1, measure }], {
    ...{ communicator: rank as Communicator, signal: other.signal, onShare: () => {} },
  });
  const waiting = parts.next();
  setTimeout(() => other.abort(), 10);
  await expect(waiting).rejects.toThrow(/abort/u);
});
