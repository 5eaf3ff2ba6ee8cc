import { expect, test } from "vitest";
import { placeLabels } from "./place-labels.ts";

const frame = { left: 0, right: 400, top: 0, bottom: 300 };

test("a label lies right of its point at its height", () => {
  const [label] = placeLabels([{ x: 100, y: 100, length: 80 }], frame);
  expect(label).toMatchObject({ y: 100, far: false });
  expect(label?.x).toBeGreaterThan(100);
});

test("a label that would leave the frame lies left of its point", () => {
  const [label] = placeLabels([{ x: 390, y: 100, length: 80 }], frame);
  expect((label?.x ?? 0) + 80).toBeLessThan(390);
});

test("labels of crowded points do not overlap", () => {
  const points = [0, 1, 2, 3, 4].map((i) => ({ x: 100 + i, y: 150 + 2 * i, length: 90 }));
  const labels = placeLabels(points, frame);
  for (const [i, a] of labels.entries()) {
    for (const b of labels.slice(0, i)) {
      const apart = Math.abs(a.y - b.y) >= 16 || Math.abs(a.x - b.x) >= 90;
      expect(apart, JSON.stringify([a, b])).toBe(true);
    }
  }
});
