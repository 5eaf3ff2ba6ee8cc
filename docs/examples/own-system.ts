import type { Key } from "@eddyflow/core";
import type { Experiment, OwnData } from "@eddyflow/experiments";
import { randomFourierField } from "@eddyflow/pde";
import { recorded, type System, z } from "@eddyflow/systems";

const recipe = z.strictObject({
  system: z.literal("advection-2d"),
  numPoints: z.int().min(4).default(16).describe("points along each axis"),
  ...recorded({
    frameInterval: 1,
    frames: 6,
    trajectories: { train: 2, validation: 1, test: 1 },
    pointStride: 1,
  }),
});

/** uₜ + uₓ = 0 on a periodic square: everything moves by a point along x in a step. */
const advection = {
  name: "advection-2d",
  about: "waves that move along x and keep their form",
  recipe,
  layout: ({ numPoints: n }) => ({
    grid: { shape: [n, n], extent: [n, n], boundary: ["periodic", "periodic"] },
    channels: ["u"],
  }),
  prepare: ({ numPoints: n }) => {
    const shape = [n, n];
    const step = (u: Float64Array, by = 1) =>
      u.map((_, i) => u[i - (i % n) + ((((i - by) % n) + n) % n)] as number);
    const stepper = { dt: 1, shape, channels: ["u"], step };
    return {
      begin: (key: Key) => ({ stepper, state: randomFourierField(key, shape) }),
      warmUpSteps: 0,
      stepsPerFrame: 1,
      record: (state) => state,
    };
  },
} satisfies System<z.output<typeof recipe>>;

export default { name: "own-system", data: { system: advection } } satisfies Experiment<OwnData>;
