import type { StoreDescription, TrajectoryStore } from "@eddyflow/datasets";

/**
 * A store in memory for tests: waves that travel one cell a frame along x, so that the next state is known
 * exactly; two channels of different sizes, four trajectories of seven frames on 16 × 16 points.
 */
export const stubStore: TrajectoryStore = ((): TrajectoryStore => {
  const n = 16;
  const description: StoreDescription = {
    experiment: "waves",
    split: "test",
    channels: ["u", "w"],
    grid: { shape: [n, n], extent: [1, 1], boundary: ["periodic", "periodic"] },
    frameInterval: 0.5,
    frames: 7,
    trajectories: 4,
    recipe: null,
    seed: 0,
    observation: { pointStride: 1 },
  };
  const value = (trajectory: number, time: number, y: number, x: number, channel: number) => {
    const [a, b] = [(2 * Math.PI * (x - time)) / n, (2 * Math.PI * y) / n];
    const wave =
      Math.sin(a + trajectory) + 0.5 * Math.cos(3 * a + 2 * b) + 0.25 * Math.sin(7 * (a - b));
    return channel === 0 ? wave : 100 * wave * wave;
  };
  return {
    description,
    trajectories: description.trajectories,
    normalisation: null,
    readFrames: async (trajectory, first, count) =>
      Float32Array.from({ length: count * n * n * 2 }, (_, i) => {
        const [channel, x, y] = [i % 2, Math.floor(i / 2) % n, Math.floor(i / (2 * n)) % n];
        return value(trajectory, first + Math.floor(i / (2 * n * n)), y, x, channel);
      }),
  };
})();

/** The states one frame later: every row shifted by a cell. `[count, 16, 16, 2]`. */
export function shifted(states: Float32Array): Float32Array {
  const next = new Float32Array(states.length);
  const row = 16 * 2;
  for (let start = 0; start < states.length; start += row) {
    next.set(states.subarray(start, start + row - 2), start + 2);
    next.set(states.subarray(start + row - 2, start + row), start);
  }
  return next;
}
