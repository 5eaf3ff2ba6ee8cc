import { expect, test } from "vitest";
import { collectFields, stepsToPicture } from "./pictured-fields.ts";

const layout = {
  grid: { shape: [1, 2], extent: [1, 2], boundary: ["periodic", "periodic"] as const },
  channels: 2,
  names: ["u", "v"],
  std: [1, 1],
};
const steps = { stills: [0, 2], animation: [0, 1, 2] };

test("mean and spread are those of all members, for every channel and still step", () => {
  const collector = collectFields(layout, steps);
  for (const step of [0, 1, 2]) {
    collector.add(step, [
      Float32Array.of(1, 10, 2, 20),
      Float32Array.of(1 + step, 10, 2, 20),
      Float32Array.of(1 + 2 * step, 10, 2, 20),
    ]);
  }
  const { member, ensemble, animation } = collector.fields();
  expect(member).toEqual([
    [Float32Array.of(1, 2), Float32Array.of(1, 2)],
    [Float32Array.of(10, 20), Float32Array.of(10, 20)],
  ]);
  // Of 1, 3 and 5 the mean is 3 and the deviation with divisor 2 is 2.
  expect(ensemble?.mean[0]).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 2)]);
  expect(ensemble?.spread[0]).toEqual([Float32Array.of(0, 0), Float32Array.of(2, 0)]);
  expect(animation).toHaveLength(3);
});

test("a single forecast has neither mean nor spread", () => {
  const collector = collectFields(layout, steps);
  collector.add(0, [Float32Array.of(1, 10, 2, 20)]);
  expect(collector.fields().ensemble).toBeNull();
});

test("stills hold the first and the last step, and a long rollout is animated in at most 25 frames", () => {
  expect(stepsToPicture(6)).toEqual({
    stills: [0, 1, 2, 3, 5, 6],
    animation: [0, 1, 2, 3, 4, 5, 6],
  });
  const long = stepsToPicture(1000);
  expect(long.stills).toEqual([0, 1, 250, 500, 750, 1000]);
  expect(long.animation).toHaveLength(25);
  expect(long.animation.at(-1)).toBe(1000);
});
