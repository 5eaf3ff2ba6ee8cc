import { allFrames, frameAt, type TrajectoryStore } from "@eddyflow/datasets";
import { integers } from "@eddyflow/random";
import type { Contestant } from "./contestant.ts";

/** A forecast that knows the climate but not the present state: random frames of the training data. */
export function climatology(name: string, train: TrajectoryStore): Contestant {
  const frames = allFrames(train.description);
  return {
    name,
    kind: "baseline",
    description: "random training frames",
    undistilled: false,
    nfePerStep: null,
    ensemble: true,
    timedRows: () => null,
    begin: (initial, rows) => {
      const size = initial.length / rows;
      return {
        step: async (key) => {
          const states = new Float32Array(initial.length);
          const chosen = integers(key, rows, frames);
          for (let row = 0; row < rows; row++) {
            const { trajectory, frame } = frameAt(train.description, chosen[row] as number);
            states.set(await train.readFrames(trajectory, frame, 1), row * size);
          }
          return states;
        },
        dispose: () => {},
      };
    },
    dispose: () => {},
  };
}
