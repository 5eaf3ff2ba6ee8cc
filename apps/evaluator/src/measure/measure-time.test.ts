import { expect, test } from "vitest";
import type { Contestant } from "../contestants/contestant.ts";
import { persistence } from "../contestants/persistence.ts";
import { measureTime } from "./measure-time.ts";

/** A contestant whose steps take the given times on a clock of its own. */
function timed(
  name: string,
  clock: { now: number },
  times: readonly number[],
  { rows, calls }: { readonly rows: number; readonly calls: string[] },
): Contestant {
  let step = 0;
  return {
    ...persistence(name),
    timedRows: () => rows,
    begin: (initial, got) => ({
      step: async () => {
        calls.push(`${name} ${got}`);
        clock.now += times[Math.min(step++, times.length - 1)] as number;
        return initial;
      },
      dispose: () => {},
    }),
  };
}

const startsOf = (states: readonly number[]) => ({
  states: Float32Array.from(states),
  earlier: [],
  parameters: {},
});

test("the time is the median of the steps after the first, divided by the batch", async () => {
  const clock = { now: 0 };
  const calls: string[] = [];
  const contestants = [
    timed("slow", clock, [900, 40, 80, 60, 1000, 60, 60, 60], { rows: 4, calls }),
    persistence("persistence"),
    timed("quick", clock, [50, 2], { rows: 1, calls }),
  ];
  const costs = await measureTime(contestants, startsOf([1, 2, 3]), 3, {
    batch: 4,
    seed: 0,
    signal: new AbortController().signal,
    clock: () => clock.now,
  });
  expect(costs.get("slow")).toEqual({ msPerStep: 15, batch: 4 });
  expect(costs.get("quick")).toEqual({ msPerStep: 2, batch: 1 });
  expect(costs.has("persistence")).toBe(false);
  // One warm-up each, then in turns.
  expect(calls.slice(0, 6)).toEqual([
    "slow 4",
    "quick 1",
    "slow 4",
    "quick 1",
    "slow 4",
    "quick 1",
  ]);
  expect(calls).toHaveLength(16);
});

test("steps that take long are repeated less often", async () => {
  const clock = { now: 0 };
  const calls: string[] = [];
  const contestant = timed("minutes", clock, [60_000, 50_000], { rows: 1, calls });
  await measureTime([contestant], startsOf([0]), 1, {
    batch: 1,
    seed: 0,
    signal: new AbortController().signal,
    clock: () => clock.now,
  });
  expect(calls).toHaveLength(2);
});

test("a quick run takes each step once after the warm-up", async () => {
  const clock = { now: 0 };
  const calls: string[] = [];
  const contestant = timed("fast", clock, [9, 4, 6], { rows: 2, calls });
  const costs = await measureTime([contestant], startsOf([0]), 1, {
    batch: 2,
    seed: 0,
    signal: new AbortController().signal,
    quick: true,
    clock: () => clock.now,
  });
  expect(calls).toHaveLength(2);
  expect(costs.get("fast")).toEqual({ msPerStep: 2, batch: 2 });
});
