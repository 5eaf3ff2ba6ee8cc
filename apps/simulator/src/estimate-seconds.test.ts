import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { estimateSeconds } from "./estimate-seconds.ts";
import type { Simulation } from "./simulate.ts";

test("the time of a trajectory is estimated from the pieces of its first half second", () => {
  let now = 1000;
  let pieces = 0;
  const simulate: Simulation = (_, { onProgress, isStopped } = {}) => {
    for (let piece = 1; piece <= 50; piece++) {
      if (isStopped?.()) return null;
      now += 200;
      pieces = piece;
      onProgress?.(piece / 50);
    }
    return new Float32Array(0);
  };
  expect(estimateSeconds(simulate, key(0), () => now)).toBeCloseTo(10, 9);
  expect(pieces).toBe(3);
});
