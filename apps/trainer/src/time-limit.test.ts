import { expect, test } from "vitest";
import { timeLimit } from "./time-limit.ts";

function limited(seconds: number) {
  let now = 5000;
  const limit = timeLimit(seconds / 3600, () => now);
  const pass = (seconds: number) => {
    now += 1000 * seconds;
  };
  const step = (seconds: number) => {
    pass(seconds);
    limit.stepDone();
  };
  const spend = (part: "validation" | "checkpoint", seconds: number) =>
    limit.measure(part, async () => pass(seconds));
  return { limit, step, spend, pass };
}

test("a run ends while there is time for two steps and a checkpoint, as long as they were", async () => {
  const { limit, step, spend } = limited(100);
  step(30);
  await spend("checkpoint", 10);
  step(8);
  step(5);
  step(5);
  // 42 s are left, and 2 · 8 + 10 s are needed.
  expect(limit.signal.aborted).toBe(false);
  step(16);
  expect(limit.signal.aborted).toBe(true);
});

test("the first step, which compiles, and a step long ago do not end a run early", () => {
  const { limit, step } = limited(100);
  step(60);
  step(5);
  for (let i = 0; i < 20; i++) step(1);
  expect(limit.left()).toBe(15_000);
  expect(limit.signal.aborted).toBe(false);
  step(1);
  for (let i = 0; i < 11; i++) step(1);
  expect(limit.signal.aborted).toBe(false);
  step(1);
  expect(limit.signal.aborted).toBe(true);
});

test("a validation that would take too long is not begun", async () => {
  const { limit, spend, pass } = limited(100);
  await spend("validation", 30);
  await spend("checkpoint", 5);
  expect(limit.hasTimeFor("validation")).toBe(true);
  pass(30);
  expect(limit.hasTimeFor("validation")).toBe(false);
});

test("without a limit nothing ends", () => {
  const limit = timeLimit(null, () => 1e12);
  limit.stepDone();
  limit.check();
  expect([limit.signal.aborted, limit.hasTimeFor("validation")]).toEqual([false, true]);
});
