import { expect, test } from "vitest";
import { expectedLargest } from "./cost-model.ts";
import { betweenTimed, compareSteps, leftOut } from "./measured.ts";

const line = (bytes: number) => ({ bytes, seconds: 2 + bytes / 4 });
const sums = [line(0), line(8), line(64), line(100)];

test("between sizes that were timed a sum is linear in its bytes, and beyond the last one too", () => {
  const allReduce = betweenTimed([
    { bytes: 64, seconds: 9 },
    { bytes: 0, seconds: 1 },
    { bytes: 16, seconds: 3 },
  ]);
  expect([0, 8, 16, 40, 64, 72].map((bytes) => allReduce(2, bytes))).toEqual([1, 2, 3, 6, 9, 10]);
});

test("sizes on one line are found again from their neighbours", () => {
  expect(leftOut(sums)).toEqual([
    { bytes: 8, error: 0 },
    { bytes: 64, error: 0 },
  ]);
});

test("a size that takes twice as long as the line through its neighbours is off by a half", () => {
  const slow = sums.map((sum) => (sum.bytes === 8 ? { ...sum, seconds: 8 } : sum));
  expect(leftOut(slow)[0]).toEqual({ bytes: 8, error: -0.5 });
});

test("a step is computing, waiting, copying by the first network's rate, the sum and the update", () => {
  const timed = { network: "one", batch: 1, update: 5, seconds: 0, spread: 0, computing: 100 };
  const [second] = compareSteps({
    ...{ name: "", ranks: 4, sums },
    steps: [
      // 40 seconds beyond the sum of 18, for 64 bytes.
      { ...timed, bytes: 64, reduction: 58 },
      { ...timed, network: "two", bytes: 8, spread: 10, reduction: 0 },
    ],
  });
  expect(second?.network).toBe("two");
  expect(second?.model).toBeCloseTo(100 + 10 * expectedLargest(4) + (8 * 40) / 64 + 4 + 5, 9);
});

test("without steps there is nothing to compare", () => {
  expect(compareSteps({ name: "", ranks: 2, sums, steps: [] })).toEqual([]);
});
