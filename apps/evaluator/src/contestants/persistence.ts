import type { Contestant } from "./contestant.ts";

/** The forecast that nothing changes: the first state again at each step. */
export function persistence(name: string): Contestant {
  return {
    name,
    kind: "baseline",
    description: "the last state again",
    undistilled: false,
    nfePerStep: null,
    ensemble: false,
    timedRows: () => null,
    begin: (initial) => ({ step: async () => initial, dispose: () => {} }),
    dispose: () => {},
  };
}
