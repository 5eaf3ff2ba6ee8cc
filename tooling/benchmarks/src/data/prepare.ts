import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { kuramotoSivashinsky2d, randomFourierField } from "@eddyflow/pde";
import { keyFor } from "@eddyflow/random";
import type { Prepared } from "../engine/prepared.ts";
import type { DataWork } from "./work.ts";

/** Time that the initial state has had to reach the attractor. */
const warmUpTime = 100;

/**
 * Makes a work ready in Float64. The initial state and the state after one step go into `<file>.f64`, for the
 * peers to begin with and to compare.
 */
export async function prepare(work: DataWork, file: string): Promise<Prepared> {
  const { numPoints, domainExtent, dt, frames, stepsPerFrame } = work;
  const stepper = kuramotoSivashinsky2d({
    numPoints,
    domainExtent,
    dt,
    operator: "sum-of-fourth-powers",
    dealiasing: "two-thirds-less-one",
  });
  const path = `${file}.f64`;
  if (!existsSync(path)) {
    const start = randomFourierField(keyFor(0, "initial", 0), stepper.shape);
    const initial = stepper.step(start, Math.round(warmUpTime / dt));
    writeFileSync(path, Float64Array.of(...initial, ...stepper.step(initial)));
  }
  const bytes = readFileSync(path);
  const states = new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  const initial = states.slice(0, states.length / 2);
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
