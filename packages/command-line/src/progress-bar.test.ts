import { expect, test } from "vitest";
import { formatDuration } from "./duration.ts";
import { progressBar } from "./progress-bar.ts";

function recorded(isTTY: boolean) {
  const lines: string[] = [];
  let now = 100;
  return {
    lines,
    pass: (seconds: number) => {
      now += seconds;
    },
    options: {
      stream: { isTTY, columns: 200, write: (text: string) => lines.push(text) },
      clock: () => now,
    },
  };
}

test("durations are in words", () => {
  expect([0.44, 9.97, 45.2, 200, 3599.6, 3725].map(formatDuration)).toEqual([
    "0.4 s",
    "10 s",
    "45 s",
    "3 min 20 s",
    "1 h 00 min",
    "1 h 02 min",
  ]);
});

test("the remaining time is what the rest takes at the rate so far, without what was there before", () => {
  const { lines, pass, options } = recorded(false);
  const bar = progressBar("train", 10, { ...options, unit: "trajectories", done: 4 });
  pass(20);
  bar.update(6);
  expect(lines).toEqual(["train 6/10 trajectories (60 %), 20 s, 40 s left\n"]);
});

test("what comes after the bar is added for the time to the very end", () => {
  const { lines, pass, options } = recorded(false);
  const bar = progressBar("train", 10, { ...options, later: 100 });
  pass(20);
  bar.update(5);
  expect(lines).toEqual(["train 5/10 (50 %), 20 s, 20 s left (2 min 00 s in all)\n"]);
});

test("away from a terminal it writes a line for a tenth of the work or ten seconds", () => {
  const { lines, pass, options } = recorded(false);
  const bar = progressBar("steps", 1000, options);
  for (let step = 1; step <= 1000; step++) {
    pass(0.5);
    bar.update(step);
  }
  bar.finish();
  expect(lines.length).toBe(50);
  expect(lines.at(-1)).toBe("steps 1000/1000 (100 %), 8 min 20 s\n");
});

test("on a terminal one line is redrawn and ended once", () => {
  const { lines, pass, options } = recorded(true);
  const bar = progressBar("steps", 2, options);
  pass(1);
  bar.update(1, "loss 0.5");
  pass(1);
  bar.finish();
  expect(lines.every((line) => line.startsWith("\r\u001b[2Ksteps "))).toBe(true);
  expect(lines[1]).toContain("██████████░░░░░░░░░░ 1/2 (50 %), 1.0 s, 1.0 s left, loss 0.5");
  expect(lines.filter((line) => line.endsWith("\n"))).toEqual([lines.at(-1)]);
});
