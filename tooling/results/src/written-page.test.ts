import { expect, test } from "vitest";
import type { Comparison } from "./study.ts";
import { workCalled } from "./work/work.test.helpers.ts";
import { measuredOf, type TableRow } from "./written-page.ts";

const row = (table: string) => ({ table }) as TableRow;
const written = {
  tables: [
    { heading: "First", key: "a", done: [] },
    { heading: "Second", key: "b", done: [] },
  ],
  rows: [row("First"), row("Second")],
};
const comparison = (heading: string, key: string): Comparison => ({
  ...{ heading, about: "", labels: {}, columns: [], pictures: [] },
  evaluation: workCalled(key),
});

test("a table that was measured as it is planned is kept with its own rows", () => {
  expect(measuredOf(written, comparison("Second", "b"))).toEqual({
    measured: { heading: "Second", key: "b", done: [] },
    rows: [row("Second")],
    kept: [],
  });
});

test("a table that is planned otherwise now, or new, is not there", () => {
  expect(measuredOf(written, comparison("Second", "c"))).toBeNull();
  expect(measuredOf(written, comparison("Third", "b"))).toBeNull();
});
