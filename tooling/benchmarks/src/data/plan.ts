import type { Pace } from "../plan.ts";
import type { TimedGroup } from "../run-group.ts";
import type { DataEngineName } from "./engines.ts";
import type { DataWork } from "./work.ts";

/** A group with what its table says. */
export interface DataGroup extends TimedGroup {
  readonly title: string;
  readonly engines: readonly DataEngineName[];
  readonly cases: readonly {
    readonly name: string;
    readonly work: DataWork;
    readonly tolerance: number;
    /** What the time of a run is divided by. */
    readonly steps: number;
  }[];
}

const stepsPerFrame = 5;

/** What is timed, in what order, and for how long. */
export function planData(quick: boolean): { groups: readonly DataGroup[]; pace: Pace } {
  const kuramotoSivashinsky = {
    kind: "kuramotoSivashinsky",
    numPoints: 128,
    extent: 60,
    dt: 0.1,
    stepsPerFrame,
  } as const;
  const frames = 10;
  return {
    groups: [
      {
        name: "ks2d",
        title: "Kuramoto–Sivashinsky, 128², order 4, Σkᵢ⁴, Float64",
        engines: ["eddyflow", "exponax"],
        cases: [
          {
            name: "ks2d/step",
            work: { ...kuramotoSivashinsky, frames: 0 },
            tolerance: 1e-9,
            steps: 1,
          },
          {
            name: "ks2d/trajectory",
            work: { ...kuramotoSivashinsky, frames },
            tolerance: 1e-9,
            steps: frames * stepsPerFrame,
          },
        ],
      },
      {
        name: "hllc2d",
        title: "compressible Navier–Stokes, 256², HLLC, M = 1, η = ζ = 1e-3, Float64",
        engines: ["eddyflow", "numpy"],
        cases: [
          {
            name: "hllc2d/step",
            work: {
              kind: "compressibleNavierStokes",
              numPoints: 256,
              mach: 1,
              eta: 1e-3,
              zeta: 1e-3,
              frameInterval: 1e-4,
            },
            tolerance: 1e-9,
            steps: 1,
          },
        ],
      },
    ],
    pace: quick ? { rounds: 3, turnSeconds: 0.5 } : { rounds: 8, turnSeconds: 1 },
  };
}
