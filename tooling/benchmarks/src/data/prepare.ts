import { existsSync, readFileSync, writeFileSync } from "node:fs";
import {
  advance,
  compressibleNavierStokes2d,
  kuramotoSivashinsky2d,
  randomFourierField,
  type Stepper,
  turbulentVelocity,
} from "@eddyflow/pde";
import { keyFor } from "@eddyflow/random";
import type { Prepared } from "../engine/prepared.ts";
import type { DataWork } from "./work.ts";

interface Solver {
  readonly stepper: Stepper;
  /** The state that engines begin with, away from the smooth random field. */
  readonly initial: () => Float64Array;
}

/** Time that Kuramoto–Sivashinsky has had to reach the attractor. */
const warmUpTime = 100;
/** Steps in which the turbulent gas has made its waves. */
const gasSteps = 100;

function solverOf(work: DataWork): Solver {
  const { numPoints } = work;
  const initialKey = keyFor(0, "initial", 0);
  switch (work.kind) {
    case "kuramotoSivashinsky": {
      const { extent, dt } = work;
      const operator = "sum-of-fourth-powers";
      const dealiasing = "two-thirds-less-one";
      const stepper = kuramotoSivashinsky2d({ numPoints, extent, dt, operator, dealiasing });
      const start = () => randomFourierField(initialKey, stepper.shape);
      return { stepper, initial: () => advance(stepper, start(), Math.round(warmUpTime / dt)) };
    }
    case "compressibleNavierStokes": {
      const { mach, eta, zeta, frameInterval } = work;
      const stepper = compressibleNavierStokes2d({ numPoints, eta, zeta, frameInterval });
      const start = () => turbulentVelocity(initialKey, stepper.shape, { mach });
      return { stepper, initial: () => advance(stepper, start(), gasSteps) };
    }
  }
}

/**
 * Makes a work ready in Float64. The initial state and the state after one step go into `<file>.f64`, for the
 * peers to begin with and to compare.
 */
export async function prepare(work: DataWork, file: string): Promise<Prepared> {
  const { stepper, initial: makeInitial } = solverOf(work);
  const path = `${file}.f64`;
  if (!existsSync(path)) {
    const state = makeInitial();
    const states = new Float64Array(2 * state.length);
    states.set(state);
    states.set(stepper.step(state), state.length);
    writeFileSync(path, states);
  }
  const bytes = readFileSync(path);
  const states = new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  const initial = states.slice(0, states.length / 2);
  const { frames, stepsPerFrame } = work.kind === "kuramotoSivashinsky" ? work : singleStep;
  return {
    difference: null,
    run: async () => {
      if (frames === 0) stepper.step(initial);
      const trajectory: Float64Array[] = [];
      let state: Float64Array = initial;
      for (let frame = 0; frame < frames; frame++) {
        state = stepper.step(state, stepsPerFrame);
        trajectory.push(state);
      }
    },
  };
}

const singleStep = { frames: 0, stepsPerFrame: 1 } as const;
