import { expect, test } from "vitest";
import { guideFontSize, placeGuides, textWidth, type Upright } from "./chart-parts.ts";

const frame = { left: 50, right: 350, top: 60, bottom: 250 };
const level = { axis: "y", at: 100, label: "solver:2" } as const;
/** The left end of the level's word, whose middle is at y = 92. */
const leftEnd = (drawn?: readonly Upright[]) =>
  placeGuides([level], (_, value) => value, frame, drawn)[0]?.x as number;

test("a level's word stands at the left end, also where points are above or below it", () => {
  expect(leftEnd()).toBe(54);
  expect(
    leftEnd([
      { x: 60, top: 70, bottom: 80 },
      { x: 70, top: 110, bottom: 110 },
    ]),
  ).toBe(54);
});

test("a level's word moves right until it hides neither points nor their intervals", () => {
  const drawn = [
    { x: 60, top: 92, bottom: 92 },
    { x: 150, top: 70, bottom: 200 },
  ];
  const left = leftEnd(drawn);
  const right = left + textWidth(level.label, guideFontSize);
  for (const { x } of drawn) expect(x < left || x > right).toBe(true);
  expect(left).toBeGreaterThan(60);
});

test("where every place hides something, a level's word stays at the left end", () => {
  const row = Array.from({ length: 30 }, (_, i) => ({ x: 50 + 10 * i, top: 92, bottom: 92 }));
  expect(leftEnd(row)).toBe(54);
});
