import { expect, test } from "vitest";
import { chooseStarts, longestHistory, readStarts } from "./starts.ts";
import { stubStore } from "./stub-store.ts";

const store = {
  ...stubStore,
  description: { ...stubStore.description, parameters: { mu: [10, 20, 30, 40, 50, 60] } },
};

test("a start knows the states before it, the oldest first, and its trajectory's parameters", async () => {
  const starts = [
    { trajectory: 1, frame: 2 },
    { trajectory: 0, frame: 4 },
  ];
  const { states, earlier, parameters } = await readStarts(store, starts, 3);
  const frame = (trajectory: number, at: number) => store.readFrames(trajectory, at, 1);
  const rows = async (age: number) => [...(await frame(1, age)), ...(await frame(0, age + 2))];
  expect([...states]).toEqual(await rows(2));
  expect(earlier.map((each) => [...each])).toEqual([await rows(0), await rows(1)]);
  expect(parameters).toEqual({ mu: [20, 10] });
});

test("rows are chosen alike of states, history and parameters", async () => {
  const starts = [
    { trajectory: 0, frame: 1 },
    { trajectory: 2, frame: 1 },
  ];
  const both = await readStarts(store, starts, 2);
  const chosen = chooseStarts(both, 2, [1, 1, 0]);
  const second = await readStarts(store, starts.slice(1), 2);
  const size = second.states.length;
  expect(chosen.states.subarray(0, size)).toEqual(second.states);
  expect(chosen.states.subarray(size, 2 * size)).toEqual(second.states);
  expect(chosen.earlier[0]?.subarray(0, size)).toEqual(second.earlier[0]);
  expect(chosen.parameters).toEqual({ mu: [30, 30, 10] });
});

test("the longest history counts", () => {
  expect(longestHistory([])).toBe(1);
  expect(longestHistory([{}, { history: 3 }, { history: 2 }] as never)).toBe(3);
});
