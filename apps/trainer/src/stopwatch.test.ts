import { expect, test, vi } from "vitest";
import { stopwatch } from "./stopwatch.ts";

test("the seconds of the parts and of the rest add up to the time that passed", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const clock = stopwatch(["data", "targets"], "gradient");
    vi.advanceTimersByTime(500);
    const value = await clock.measure("data", async () => {
      vi.advanceTimersByTime(2000);
      return 7;
    });
    expect(value).toBe(7);
    await expect(
      clock.measure("targets", () => {
        vi.advanceTimersByTime(1000);
        throw new Error("targets failed");
      }),
    ).rejects.toThrow("targets failed");
    expect(clock.lap()).toEqual({ data: 2, targets: 1, gradient: 0.5 });
    vi.advanceTimersByTime(250);
    expect(clock.lap()).toEqual({ data: 0, targets: 0, gradient: 0.25 });
    expect(clock.total()).toEqual({ data: 2, targets: 1, gradient: 0.75 });
  } finally {
    vi.useRealTimers();
  }
});
