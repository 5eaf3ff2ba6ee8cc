import { expect, test } from "vitest";
import { stopwatch } from "./stopwatch.ts";

test("the seconds of the parts and of the rest add up to the time that passed", async () => {
  let now = 5000;
  const clock = stopwatch(["data", "targets"], "rest", () => now);
  now += 500;
  const reading = clock.measure("data", async () => {
    await Promise.resolve();
    now += 2000;
    return 7;
  });
  expect(await reading).toBe(7);
  const targets = clock.measure("targets", () => {
    now += 500;
    return 8;
  });
  expect(targets).toBe(8);
  const failing = () =>
    clock.measure("targets", () => {
      now += 500;
      throw new Error("targets failed");
    });
  expect(failing).toThrow("targets failed");
  await expect(
    clock.measure("data", async () => {
      now += 1000;
      throw new Error("data failed");
    }),
  ).rejects.toThrow("data failed");
  expect(clock.lap()).toEqual({ data: 3, targets: 1, rest: 0.5 });
  now += 250;
  expect(clock.lap()).toEqual({ data: 0, targets: 0, rest: 0.25 });
  expect(clock.total()).toEqual({ data: 3, targets: 1, rest: 0.75 });
});
