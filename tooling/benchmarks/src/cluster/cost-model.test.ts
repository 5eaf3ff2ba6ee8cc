import { expect, test } from "vitest";
import {
  efficiency,
  expectedLargest,
  halvingSeconds,
  onNetwork,
  type Reduction,
  ringSeconds,
  stepSeconds,
  treeSeconds,
} from "./cost-model.ts";

const network = { latency: 3, bandwidth: 0.5 };
const sums = onNetwork(network);
const still = { latency: 0, bandwidth: 0.5 };
const parts = { forward: 10, backward: 20, update: 1, copy: 0, spread: 0 };
const plain: Reduction = { bytes: 64, buckets: 1, isOverlapped: false, accumulated: 1 };

/** Sends the messages of a ring one by one: each of `ranks` parts goes round twice, and all ranks send at once. */
function ringByMessages(ranks: number, bytes: number): number {
  const sums = Array.from({ length: ranks }, (_, rank) => Array<number>(ranks).fill(rank + 1));
  let seconds = 0;
  for (let round = 0; round < 2 * (ranks - 1); round++) {
    const before = sums.map((own) => [...own]);
    for (let rank = 0; rank < ranks; rank++) {
      const from = (rank + ranks - 1) % ranks;
      const part = (((rank - 1 - round) % ranks) + 2 * ranks) % ranks;
      const sent = before[from]?.[part] as number;
      const own = sums[rank] as number[];
      own[part] = round < ranks - 1 ? (own[part] as number) + sent : sent;
    }
    seconds += network.latency + bytes / ranks / network.bandwidth;
  }
  const all = (ranks * (ranks + 1)) / 2;
  expect(sums).toEqual(Array.from({ length: ranks }, () => Array(ranks).fill(all)));
  return seconds;
}

test.each([2, 3, 8])(
  "a ring of %d ranks, message by message, takes what the formula says",
  (ranks) => {
    expect(ringSeconds(ranks, 64, network)).toBeCloseTo(ringByMessages(ranks, 64), 12);
  },
);

test("two ranks exchange halves, or all of it at once", () => {
  expect(halvingSeconds(2, 64, network)).toBe(2 * 3 + 64 / 0.5);
  expect(treeSeconds(2, 64, network)).toBe(3 + 64 / 0.5);
});

test("halving moves the bytes of the ring, and both tend to 2n/β", () => {
  expect(halvingSeconds(48, 64, still)).toBeCloseTo(ringSeconds(48, 64, still), 12);
  expect(ringSeconds(1e6, 64, still)).toBeCloseTo(2 * (64 / 0.5), 2);
});

test("messages without bytes cost their latencies: 2(P − 1), 2 log₂ P and log₂ P", () => {
  expect([ringSeconds, halvingSeconds, treeSeconds].map((f) => f(16, 0, network))).toEqual([
    ...[90, 24, 12],
  ]);
});

test("a single rank sends nothing", () => {
  expect(sums(1, 64)).toBe(0);
  expect(stepSeconds(1, parts, plain, sums)).toBe(31);
});

test("without overlap a step is computing and then k reductions", () => {
  const buckets = 4;
  const each = sums(8, 64 / buckets);
  expect(stepSeconds(8, parts, { ...plain, buckets }, sums)).toBeCloseTo(31 + 4 * each, 12);
});

test("overlapped reductions that are faster than their buckets show only the last", () => {
  const fast = onNetwork({ latency: 0.01, bandwidth: 100 });
  const reduction = { ...plain, buckets: 4, isOverlapped: true };
  const each = fast(8, 16);
  expect(each).toBeLessThan(20 / 4);
  expect(stepSeconds(8, parts, reduction, fast)).toBeCloseTo(31 + each, 12);
});

test("overlapped reductions that are slower show all but the first bucket's wait", () => {
  const reduction = { ...plain, buckets: 4, isOverlapped: true };
  const each = sums(8, 16);
  expect(each).toBeGreaterThan(20 / 4);
  expect(stepSeconds(8, parts, reduction, sums)).toBeCloseTo(10 + 20 / 4 + 4 * each + 1, 12);
});

test("accumulation shares one reduction and one update among its passes", () => {
  const once = sums(8, 64);
  const reduction = { ...plain, accumulated: 5 };
  expect(stepSeconds(8, parts, reduction, sums)).toBeCloseTo(5 * 30 + once + 1, 12);
});

test("the efficiency is a half where communication lasts as long as all else", () => {
  const bandwidth = (2 * (7 / 8) * 64) / 31;
  expect(efficiency(8, parts, plain, onNetwork({ latency: 0, bandwidth }))).toBeCloseTo(0.5, 12);
});

test("the largest of so many normal values is that of the closed forms", () => {
  const closed = [0, 1, 3 / 2, (6 / Math.PI) * Math.atan(Math.SQRT2)];
  for (const [i, value] of closed.entries()) {
    expect(expectedLargest(i + 1)).toBeCloseTo(value / Math.sqrt(Math.PI), 6);
  }
});

test("two ranks wait for the slower one, by σ/√π, and copy each gradient once", () => {
  const own = { ...parts, copy: 4, spread: 3 };
  const wait = 3 / Math.sqrt(Math.PI);
  expect(stepSeconds(2, own, plain, sums)).toBeCloseTo(31 + wait + 4 + sums(2, 64), 6);
  expect(stepSeconds(2, own, { ...plain, buckets: 4 }, sums)).toBeCloseTo(
    31 + wait + 4 + 4 * sums(2, 16),
    6,
  );
  expect(stepSeconds(1, own, plain, sums)).toBe(31);
});
