import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { columnsOf } from "./columns.ts";
import { iterationsOf } from "./studies/distilled.ts";
import { extentOf } from "./studies/extent.ts";
import { students } from "./studies/students.ts";
import { studies } from "./studies.ts";
import type { Comparison, Study } from "./study.ts";
import { wordAfter } from "./word-after.test.helpers.ts";
import { inOrder, type Work } from "./work/work.ts";

const root = join(import.meta.dirname, "../../..");
const planned = new Map<Study, readonly Comparison[]>();
const worksOf = (study: Study) =>
  inOrder((planned.get(study) ?? []).map(({ evaluation }) => evaluation));

beforeAll(async () => {
  for (const study of studies) {
    planned.set(
      study,
      await study.plan({
        ...{ place: { root, out: "out" }, extent: extentOf(false), seeds: study.seeds },
        ...{ only: undefined, budgets: undefined },
      }),
    );
  }
}, 60_000);

const cases = studies.map((study) => ({ name: study.name, study }));

test.each(cases)("$name: each thing that is made has a folder of its own", ({ study }) => {
  const folders = worksOf(study).map(({ folder }) => folder);
  expect(new Set(folders).size).toBe(folders.length);
});

test.each(cases)("$name: every training has the seeds that are asked for", ({ study }) => {
  const seeds = new Map<string, Set<string | undefined>>();
  for (const { app, args } of worksOf(study)) {
    if (app !== "trainer") continue;
    const words = args(false);
    const name = wordAfter(words, "--name")?.replace(/-seed-\d+$/u, "") ?? "";
    seeds.set(name, (seeds.get(name) ?? new Set()).add(wordAfter(words, "--seed")));
  }
  for (const [name, found] of seeds) {
    expect([name, found.size]).toEqual([name, name === "teacher" ? 1 : study.seeds]);
  }
});

test.each(cases)("$name: the time it states is the sum of its parts", ({ study }) => {
  const minutes = worksOf(study).reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  expect(Math.abs(minutes / study.cost.minutes - 1)).toBeLessThan(0.1);
});

test.each(cases)("$name: a part of it alone is less work", async ({ study }) => {
  const comparisons = await study.plan({
    ...{ place: { root, out: "out" }, extent: extentOf(false), seeds: study.seeds },
    ...{ only: study.parts.at(-1), budgets: undefined },
  });
  const works = inOrder(comparisons.map(({ evaluation }) => evaluation));
  expect(works.length).toBeLessThan(worksOf(study).length);
});

test.each(cases)(
  "$name: a run that is there is gone on with, by the same settings",
  ({ study }) => {
    for (const { app, args } of worksOf(study)) {
      if (app !== "trainer") continue;
      const [first, again] = [args(false), args(true)];
      expect(again.filter((word) => word !== "--resume")).toEqual(
        first.filter((word) => word !== "--new"),
      );
    }
  },
);

test.each(cases)(
  "$name: its tables have columns that exist, and labels of contestants",
  ({ study }) => {
    for (const { columns, labels, evaluation } of planned.get(study) ?? []) {
      expect(columnsOf(columns)).toHaveLength(columns.length);
      const models = wordAfter(evaluation.args(false), "--models") ?? "";
      for (const name of Object.keys(labels)) expect(models).toContain(`${name}=`);
    }
  },
);

const folderOf = (study: Study | undefined, test: (work: Work) => boolean) =>
  study === undefined ? undefined : worksOf(study).find(test)?.folder;

test("studies of one regime share its data, its teacher and its students", () => {
  const [methods, norms, cost] = ["methods-ks2d", "sobolev", "cost"].map((name) =>
    studies.find((study) => study.name === name),
  );
  const teacher = ({ title }: Work) => title === "teacher, seed 0";
  expect(folderOf(methods, teacher)).toBeDefined();
  expect(folderOf(norms, teacher)).toBe(folderOf(methods, teacher));
  expect(folderOf(cost, teacher)).toBe(folderOf(methods, teacher));
  const student = ({ title }: Work) => title === "single_step, 55000, seed 0";
  expect(folderOf(cost, student)).toBe(folderOf(methods, student));
});

test.each(students.map((student) => [student.name, student] as const))(
  "the iterations of %s spend its budget and no more",
  (_, { trainings }) => {
    const spent = trainings.reduce(
      (sum, training) => sum + 16 * training.evaluations * iterationsOf(55_000, training, 16),
      0,
    );
    const share = trainings.reduce((sum, training) => sum + training.share, 0);
    expect(spent).toBeLessThanOrEqual(55_000 * share);
    expect(spent).toBeGreaterThan(0.99 * 55_000 * share);
    // The rest makes paths, which the trainer itself fits to the iterations.
    expect(share === 1 || share === 0.8).toBe(true);
  },
);
