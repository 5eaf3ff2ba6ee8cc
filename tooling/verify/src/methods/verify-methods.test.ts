import { useBackend } from "@eddyflow/backend";
import { methods } from "@eddyflow/methods";
import { memory } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { checkGroups } from "./check-groups.ts";
import { type CheckGroup, runMethodChecks } from "./method-check.ts";

test("every method keeps to its closed forms, and no tensor is left", {
  timeout: 60_000,
}, async () => {
  await useBackend("cpu");
  const before = memory().numTensors;
  const wrong: string[] = [];
  for await (const { name, ok, value, bound } of runMethodChecks(checkGroups, {
    trains: false,
    only: null,
  })) {
    if (!ok) wrong.push(`${name}: ${value}, not ≤ ${bound}`);
  }
  expect(wrong).toEqual([]);
  expect(memory().numTensors).toBe(before);
});

test("every network that is trained takes two steps, is run, and leaves no tensor", {
  timeout: 60_000,
}, async () => {
  await useBackend("auto");
  const before = memory().numTensors;
  const values = new Map<string, number>();
  for (const { name: group, checks } of checkGroups) {
    for (const { name, trains, measure } of checks) {
      if (trains === true) values.set(`${group}: ${name}`, (await measure(2)).value);
    }
  }
  const lost = [...values].filter(([, value]) => !Number.isFinite(value));
  expect(lost).toEqual([]);
  expect(memory().numTensors).toBe(before);
});

test("every method that can be trained has a group of checks, with one that trains", () => {
  const trained = checkGroups.filter(({ checks }) => checks.some(({ trains }) => trains === true));
  const names = trained.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(methods.map(({ name }) => name)));
});

test("a value above its bound and one that is no number are wrong", async () => {
  const groups: readonly CheckGroup[] = [
    {
      name: "g",
      checks: [1, 2, Number.NaN].map((value) => ({
        name: String(value),
        measure: async () => ({ value, bound: 1 }),
      })),
    },
  ];
  const outcomes: (readonly [string, boolean])[] = [];
  for await (const { name, ok } of runMethodChecks(groups, { trains: true, only: null })) {
    outcomes.push([name, ok]);
  }
  expect(outcomes).toEqual([
    ["g: 1", true],
    ["g: 2", false],
    ["g: NaN", false],
  ]);
});
