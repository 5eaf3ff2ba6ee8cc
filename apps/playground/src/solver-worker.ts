import { kuramotoSivashinsky2d, randomFourierField } from "@eddyflow/pde";
import { keyFor } from "@eddyflow/random";
import { resample } from "@eddyflow/spectral";
import { answer } from "./ask.ts";
import { addBump, type Bump } from "./bump.ts";
import { regime, seenSize } from "./regime.ts";

const { extent, numPoints, dt, seen, stepsPerState } = regime;
const solver = kuramotoSivashinsky2d({ numPoints, extent, dt, operator: "biharmonic" });

let field = new Float64Array(numPoints ** 2);

/** Every fourth point, which is what the models see. */
function observed(): Float32Array {
  const stride = numPoints / seen;
  return Float32Array.from({ length: seenSize }, (_, i) => {
    const [row, column] = [Math.floor(i / seen), i % seen];
    return field[stride * (row * numPoints + column)] as number;
  });
}

/** How long small waves grow before the first state, as in the models' data. */
const warmUp = 100;

const answers = {
  /** A state that random waves of this seed have grown to. */
  begin(seed: number) {
    const waves = randomFourierField(keyFor(seed, "playground", 0), solver.shape);
    field = solver.step(waves, Math.round(warmUp / dt)) as Float64Array<ArrayBuffer>;
    return observed();
  },
  /** The state of n × n values, by Fourier interpolation. */
  take(state: Float64Array) {
    const n = Math.sqrt(state.length);
    field = resample(state, [n, n], solver.shape) as Float64Array<ArrayBuffer>;
    return observed();
  },
  /** The next state, disturbed before it. */
  next(bumps: readonly Bump[]) {
    for (const bump of bumps) addBump(field, bump);
    const start = performance.now();
    field = solver.step(field, stepsPerState) as Float64Array<ArrayBuffer>;
    return { state: observed(), milliseconds: performance.now() - start };
  },
};

/** What the solver's worker answers to. */
export type SolverAnswers = typeof answers;

answer(answers);
