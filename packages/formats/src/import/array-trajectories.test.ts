import { expect, test } from "vitest";
import type { NumberArray } from "../number-array.ts";
import { arrayTrajectories } from "./array-trajectories.ts";

test("of many files one trajectory is held at a time", async () => {
  let reads = 0;
  const array = (value: number): NumberArray => ({
    ...{ path: "", shape: [2, 3], type: "float32", axes: [null, null] },
    read: async () => {
      reads++;
      return new Float32Array(6).fill(value);
    },
    attribute: async () => undefined,
  });
  const kept = { current: null };
  const [a, b] = [1, 2].flatMap((value) =>
    arrayTrajectories(
      [
        {
          ...{ file: `${value}.npy`, name: "", group: "", channel: null, array: array(value) },
          ...{ roles: ["time", "x"], firstChannel: 0, channels: 1 },
        },
      ],
      ["x"],
      () => ({}),
      kept,
    ),
  );
  const read = async (one: typeof a, frame: number) =>
    Array.from((await one?.read(frame, 1)) ?? []);
  expect([await read(a, 0), await read(a, 1)]).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  expect(reads).toBe(1);
  expect(await read(b, 1)).toEqual([2, 2, 2]);
  expect(await read(a, 1)).toEqual([1, 1, 1]);
  expect(reads).toBe(3);
});
