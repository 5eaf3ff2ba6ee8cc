import type { Params } from "@eddyflow/core";
import { memory, scalar } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { sharedWeights } from "./shared-weights.ts";

test("a set that could not be read is read again when it is asked for again", async () => {
  const before = memory().numTensors;
  const asked: string[] = [];
  const shared = sharedWeights(async (set): Promise<Params> => {
    asked.push(set);
    if (asked.length === 2) throw new Error("the connection was lost");
    return { gain: scalar(asked.length) };
  });
  await shared.hold(["student"]);
  await expect(shared.hold(["student", "velocity"])).rejects.toThrow("the connection was lost");
  const found = await shared.hold(["student", "velocity"]);
  expect(Object.keys(found)).toEqual(["student", "velocity"]);
  expect(asked).toEqual(["student", "velocity", "velocity"]);
  shared.release();
  expect(memory().numTensors).toBe(before + 2);
  shared.release();
  expect(memory().numTensors).toBe(before);
});
