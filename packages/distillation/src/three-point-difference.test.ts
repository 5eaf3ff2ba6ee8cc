import { expect, test } from "vitest";
import { threePointDifference } from "./three-point-difference.ts";

const derivative = (room: readonly [number, number], step: number, f: (x: number) => number) => {
  const { nodes, weights } = threePointDifference(room, step);
  const change = (which: 0 | 1) => weights[which] * (f(nodes[which]) - f(0));
  return change(0) + change(1);
};

test.each([
  ["with room on both sides", [1, 1], 1 / 6],
  ["at the lower end", [0, 1], 1 / 3],
  ["next to the upper end", [1, 0.001], 1 / 3],
] as const)("the derivative of eˣ is wrong by h²/6 or h²/3 %s", (_, room, factor) => {
  for (const step of [0.02, 0.01]) {
    const error = Math.abs(derivative(room, step, Math.exp) - 1);
    expect(error / step ** 2 / factor).toBeCloseTo(1, 1);
  }
});

test("no node leaves the interval, and a parabola keeps its derivative wherever they lie", () => {
  for (const room of [
    [0, 0.004],
    [0.003, 0],
    [0.002, 0.006],
    [0.004, 0.0049],
    [3, 4],
  ] as const) {
    const { nodes } = threePointDifference(room, 0.005);
    for (const node of nodes) {
      expect(node).toBeGreaterThanOrEqual(-room[0]);
      expect(node).toBeLessThanOrEqual(room[1]);
    }
    expect(derivative(room, 0.005, (x) => 3 * x * x + 2 * x + 7)).toBeCloseTo(2, 8);
  }
});

test("nodes that are rounded have the weights of where they are", () => {
  const { nodes, weights } = threePointDifference([1, 1], 0.005, (node) => node + 1e-4);
  const f = (x: number) => x * x + x;
  expect(weights[0] * f(nodes[0]) + weights[1] * f(nodes[1])).toBeCloseTo(1, 10);
});
