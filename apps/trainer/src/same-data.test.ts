import type { DataFacts, Manifest } from "@eddyflow/checkpointing";
import type { Normalisation } from "@eddyflow/core";
import { expect, test } from "vitest";
import { requireSameData } from "./same-data.ts";

const units = (channel: string, mean: number, std = 2): Normalisation => ({
  channels: [channel],
  mean: [mean],
  std: [std],
});
const split = { trajectories: 2, frames: 6, sha256: "ab".repeat(32) };
const facts: DataFacts = { train: split, validation: split, normalisation: units("u", 0.5) };
const states = {
  channels: ["u"],
  grid: { shape: [8, 8], extent: [4, 4], boundary: ["periodic", "wall"] },
  interval: 0.5,
} as const;
const parameters = units("atwood", 0.25, 1);

/** What a checkpoint says of the data; a manifest has much more. */
const manifest = {
  ...states,
  clock: { step: 0.5, channel: null },
  teacher: null,
  normalisation: facts.normalisation,
  conditioning: { history: 1, parameters },
  data: facts,
} as unknown as Manifest;
/** One of an earlier version. */
const { data: _, ...old } = manifest;

const check = (stored: Manifest, changes: Partial<Parameters<typeof requireSameData>[1]> = {}) =>
  requireSameData(stored, { name: "a", states, facts, parameters, ...changes });

test("data are the same but for rounding, wherever they lie", () => {
  check(manifest);
  check(old);
  check(manifest, { facts: { ...facts, normalisation: units("u", 0.5 + 1e-7) } });
});

test("the units of a student are its teacher's, and those of its data are compared all the same", () => {
  const student = {
    ...manifest,
    teacher: { sha256: "", run: "" },
    normalisation: units("u", 7),
    conditioning: { history: 1, parameters: units("atwood", 7) },
  };
  check(student);
  const changed = { facts: { ...facts, normalisation: units("u", 0.75) } };
  expect(() => check(student, changed)).toThrow("mean of u 0.5 → 0.75");
});

test("an earlier checkpoint is compared in units and parameters, unless they are its teacher's", () => {
  const changed = {
    facts: { ...facts, normalisation: units("u", 0.5, 3) },
    parameters: units("atwood", 0.5, 1),
  };
  expect(() => check(old, changed)).toThrow(
    "deviation of u 2 → 3, mean of atwood 0.25 → 0.5; expected",
  );
  check({ ...old, teacher: { sha256: "", run: "" } }, changed);
});

test("numbers of trajectories, frames and points are said, and values where these agree", () => {
  const validation = { ...split, trajectories: 3, frames: 7, sha256: "cd".repeat(32) };
  const grid = { ...states.grid, shape: [16, 8], extent: [8, 4] };
  expect(() =>
    check(manifest, { states: { ...states, grid }, facts: { ...facts, validation } }),
  ).toThrow("points 8 × 8 → 16 × 8, validation trajectories 2 → 3, validation frames 6 → 7;");
  const train = { ...split, sha256: "cd".repeat(32) };
  expect(() => check(manifest, { facts: { ...facts, train } })).toThrow(
    "train values #ababab → #cdcdcd;",
  );
});

test("of many differences the first four are said, and how many there are more", () => {
  const grid = { shape: [4, 4], extent: [4, 4], boundary: ["wall", "wall"] } as const;
  const train = { ...split, trajectories: 1 };
  expect(() =>
    check(manifest, { states: { ...states, grid, interval: 1 }, facts: { ...facts, train } }),
  ).toThrow(/points .*, cell size .*, boundary .*, interval 0\.5 → 1 and 1 more; expected/u);
});
