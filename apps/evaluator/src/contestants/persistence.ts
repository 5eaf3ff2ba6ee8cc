import type { Contestant } from "./contestant.ts";

/** The forecast that nothing changes. */
export function persistence(name: string): Contestant {
  return {
    name,
    kind: "persistence",
    description: "the last state again",
    undistilled: false,
    nfePerStep: null,
    ensemble: false,
    timedRows: () => null,
    begin: (initial) => ({ step: async () => initial, dispose: () => {} }),
    dispose: () => {},
  };
}
