import { expect, test } from "vitest";
import { iterationsOf, planComparison, planEvaluation } from "./plan.ts";
import { students } from "./students.ts";
import { wordAfter } from "./word-after.test.helpers.ts";

const places = { experiment: "e.ts", data: "data", teacher: "teacher", out: "out" };
const options = { students, budgets: [55_000], seeds: 2, places, exists: () => false };

test.each(students.map((student) => [student.name, student] as const))(
  "the iterations of %s spend its budget and no more",
  (_, { trainings }) => {
    const spent = trainings.reduce(
      (sum, training) => sum + 16 * training.evaluations * iterationsOf(55_000, training),
      0,
    );
    const share = trainings.reduce((sum, training) => sum + training.share, 0);
    expect(spent).toBeLessThanOrEqual(55_000 * share);
    expect(spent).toBeGreaterThan(0.99 * 55_000 * share);
    // The rest makes paths, which the trainer itself fits to the iterations.
    expect(share === 1 || share === 0.8).toBe(true);
  },
);

test("a stage learns from the one before it, with the same seed", () => {
  const two = students.filter(({ trainings }) => trainings.length === 2);
  const { trainings } = planComparison({ ...options, students: two });
  const [first, second] = trainings;
  expect(wordAfter(first?.args ?? [], "--teacher")).toBe("teacher");
  expect(wordAfter(second?.args ?? [], "--teacher")).toBe(
    `out/runs/ks2d-demo/velocity_pd/${wordAfter(first?.args ?? [], "--name")}`,
  );
  expect(trainings.map(({ args }) => wordAfter(args, "--seed"))).toEqual(["0", "0", "1", "1"]);
});

test("a run that is there is gone on with, and asked for the settings it should have", () => {
  const settingsOf = (exists: boolean) =>
    planComparison({ ...options, exists: () => exists }).trainings.map(({ args }) => {
      expect(args).toContain(exists ? "--resume" : "--new");
      return args.filter((word) => word.startsWith("models."));
    });
  expect(settingsOf(true)).toEqual(settingsOf(false));
});

test("each run has a folder and each contestant a name of its own", () => {
  const { trainings, contestants } = planComparison({ ...options, budgets: [55_000, 220_000] });
  const folders = trainings.map(({ args }) => `${args[1]} ${wordAfter(args, "--name")}`);
  expect(new Set(folders).size).toBe(folders.length);
  expect(new Set(contestants.map(({ name }) => name)).size).toBe(contestants.length);
  const { args } = planEvaluation(contestants, places);
  expect(wordAfter(args, "--models")?.split(",")).toHaveLength(contestants.length + 1);
});

test("a student has the same runs whichever others are compared with it", () => {
  const foldersOf = (chosen: typeof students) =>
    planComparison({ ...options, students: chosen }).contestants.map(({ folder }) => folder);
  for (const student of students) {
    const alone = foldersOf([student]);
    expect(foldersOf(students)).toEqual(expect.arrayContaining(alone));
  }
  expect(new Set(foldersOf(students)).size).toBe(2 * students.length);
});
