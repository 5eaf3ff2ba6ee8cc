import { expect, test } from "vitest";
import { type PageOptions, pageOf } from "./page.ts";
import type { Row } from "./rows.ts";
import type { Study } from "./study.ts";
import { workCalled } from "./work/work.test.helpers.ts";

const study: Study = {
  ...{ name: "s", title: "A title", question: "Which is better?", seeds: 1, parts: [] },
  cost: { evaluations: "1,000", minutes: 7 },
  plan: async () => [],
  answer: () => "",
};
const row: Row = {
  ...{
    method: "m",
    sampler: null,
    nfe: 1,
    budget: null,
    seeds: 1,
    deviation: null,
    figures: {},
    ratios: {},
  },
};
const options = (seconds: number | null): PageOptions => ({
  ...{ study, command: "pnpm results --study s", tables: [[row]] },
  answer: "Neither is.",
  comparisons: [
    {
      ...{ heading: "Part", about: "What it is.", evaluation: workCalled("e"), labels: {} },
      ...{ columns: ["method", "NFE"], pictures: [] },
    },
  ],
  kept: [
    {
      ...{ table: "Part", columns: [], simulator: [], evaluator: [] },
      models: [
        {
          ...{ name: "m", sampler: null, label: { method: "m", budget: null } },
          weights: [{ folder: "weights/m", sha256: "" }],
        },
      ],
    },
  ],
  pictures: [[{ file: "s/p.png", about: "A picture" }]],
  measured: [
    {
      ...{ heading: "Part", key: "b" },
      done: [
        { key: "a", command: "npm run trainer -- a", seconds: 60, processor: "P" },
        { key: "b", command: "npm run evaluator -- b", seconds, processor: "P" },
      ],
    },
  ],
});
const page = (seconds: number | null) => pageOf(options(seconds));

test("a page has the answer before the tables, and after them every command that made it", () => {
  const text = page(30);
  const places = [
    ...["# A title", "**Neither is.**", "## Part", "| m", "![A picture](s/p.png)"],
    ...[
      "(weights/m)",
      "## Make it again",
      "pnpm results --study s",
      "1 min 30 s on P",
      "npm run evaluator -- b",
    ],
  ].map((part) => text.indexOf(part));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places.toSorted((a, b) => a - b)).toEqual(places);
});

test("time that an interruption hid is said, not made up", () => {
  expect(page(null)).toContain(
    "1 min 00 s on P, without 1 of 2 parts that were interrupted or ran beside others",
  );
});

test("a table that is not measured says so, with the command that does it", () => {
  const text = pageOf({ ...options(30), tables: [[]], measured: [null] });
  expect(text).toContain('Not measured yet; `pnpm results --study s --table "Part"` does it.');
  expect(text).not.toContain("| m");
});
