import { averageState, compressibleNavierStokes2d, turbulentVelocity } from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import type { Check, Ensemble } from "./check.ts";
import { twoLevelMean, twoLevelRootMean } from "./estimates.ts";

/** Cells per axis that are seen, and of the finer grid that is averaged to them. */
const [seen, fine] = [64, 256];
/** Runs on the seen grid, and how many of them also on the finer one. */
const [runs, fineRuns] = [64, 4];
const frames = 15;
const rest = [0, 0, 1, 60];

/** Mean and variance of the channels over 64² cells and fifteen frames, of the run with this seed. */
function moments(seed: number, cells: number): readonly number[] {
  const stepper = compressibleNavierStokes2d({
    numPoints: cells,
    eta: 1e-8,
    zeta: 1e-8,
    frameInterval: 0.05,
  });
  const means = rest.map(() => 0);
  const squares = rest.map(() => 0);
  let state = turbulentVelocity(key(seed), stepper.shape, { mach: 0.1, projection: "shifted" });
  for (let frame = 0; frame < frames; frame++) {
    if (frame > 0) state = stepper.step(state);
    averageState(state, stepper.shape, [seen, seen]).forEach((value, i) => {
      const x = value - (rest[i % 4] as number);
      means[i % 4] = (means[i % 4] as number) + x / (seen * seen * frames);
      squares[i % 4] = (squares[i % 4] as number) + (x * x) / (seen * seen * frames);
    });
  }
  return [...means, ...squares.map((square, c) => square - (means[c] as number) ** 2)];
}

/**
 * PDEBench's turbulence of Mach number .1, η = ζ = 1e-8, from its own initial condition. Sound differs from run to
 * run by a third of its strength, but what a finer grid changes is the same in all runs to a percent: so many
 * runs on the coarse grid, of which a few also on the fine one. Run i has seed i.
 */
const turbulence: Ensemble = {
  name: "turbulence of Mach number .1",
  runs,
  seconds: (index) => (index < fineRuns ? 60 : 1),
  run: (index) => [...moments(index, seen), ...(index < fineRuns ? moments(index, fine) : [])],
};

/** Mean and standard deviation of the channels in the published data, and how near ours have to be. */
const published = [
  ["vx", 2.8e-5, 1e-3, 0.7757, 0.05],
  ["vy", 8.4e-5, 1e-3, 0.783, 0.05],
  ["density", 1, 1e-6, 0.0219, 0.15],
  ["pressure", 60.033, 0.03, 2.1954, 0.15],
] as const;

/** Compressible turbulence against the channels' statistics of PDEBench's `2D_CFD_Turb_M0.1_Eta1e-08`. */
export const turbulenceChecks: readonly Check[] = published.flatMap(
  ([channel, mean, meanTolerance, std, share], c): readonly Check[] => {
    const facts = {
      system: "Navier–Stokes 2-D",
      kind: "statistic",
      ensemble: turbulence,
      seconds: 0,
      long: true,
    } as const;
    const columns = (figures: readonly (readonly number[])[], at: number) =>
      [
        figures.map((run) => run[at] as number),
        figures.slice(0, fineRuns).map((run) => run[8 + at] as number),
      ] as const;
    return [
      {
        ...facts,
        name: `PDEBench Turb M 0.1, ${fine}² cells averaged to ${seen}²: mean of ${channel}`,
        measured: (figures) => {
          const { value, standardError } = twoLevelMean(...columns(figures, c));
          return { value: value + (rest[c] as number), standardError };
        },
        expected: mean,
        tolerance: meanTolerance,
      },
      {
        ...facts,
        name: `PDEBench Turb M 0.1, ${fine}² cells averaged to ${seen}²: std of ${channel}`,
        measured: (figures) => twoLevelRootMean(...columns(figures, 4 + c)),
        expected: std,
        tolerance: share * std,
      },
    ];
  },
);
