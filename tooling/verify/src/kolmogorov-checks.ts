import { advance, kolmogorov2d, kolmogorovModes } from "@eddyflow/pde";
import { foldIn, key, normal } from "@eddyflow/random";
import { realFft, wavenumbers } from "@eddyflow/spectral";
import { type Check, computedOnce, type Ensemble, type Estimate } from "./check.ts";
import { meanEstimate } from "./estimates.ts";
import { correlation, meanOf } from "./fields.ts";

const system = "Kolmogorov 2-D";
const [viscosity, drag] = [1e-3, 0.1];
const draws = 2 * kolmogorovModes.length;

/** Half of the noise's variance that goes into the enstrophy per time, and into the energy, in closed form. */
const injected = {
  enstrophy: 0.5 * kolmogorovModes.length,
  energy: kolmogorovModes.reduce((sum, [x, y]) => sum + 0.5 / (x * x + y * y), 0),
};

/** What a state loses per time, and how its energy is shared between the axes. */
function lossesOf(state: Float64Array, n: number) {
  const spectrum = realFft([n, n]).forward(state);
  const columns = n / 2 + 1;
  const waves = wavenumbers(n, 2 * Math.PI);
  let [enstrophy, palinstrophy, alongX, alongY] = [0, 0, 0, 0];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < columns; column++) {
      const at = 2 * (row * columns + column);
      const [x, y] = [waves[column] as number, waves[row] as number];
      const square = x * x + y * y;
      if (square === 0) continue;
      // The half that is not stored counts too.
      const weight = (column === 0 || 2 * column === n ? 0.5 : 1) / n ** 4;
      const size = weight * ((spectrum[at] as number) ** 2 + (spectrum[at + 1] as number) ** 2);
      enstrophy += size;
      palinstrophy += 2 * square * size;
      alongX += (y * y * size) / square ** 2;
      alongY += (x * x * size) / square ** 2;
    }
  }
  return {
    enstrophy: 2 * drag * enstrophy + viscosity * palinstrophy,
    energy: 2 * drag * (alongX + alongY) + 2 * viscosity * enstrophy,
    share: alongX / (alongX + alongY),
  };
}

/** Means over 400 frames, .5 apart, of the steady state of one key on n × n points. */
function steadyState(index: number, n: number, dt: number): readonly number[] {
  const trajectory = key(index);
  const noise = (step: number) => normal(foldIn(trajectory, step), draws);
  const stepper = kolmogorov2d({ numPoints: n, viscosity, drag, dt, forcing: { noise } });
  const [warmUp, frames, perFrame] = [Math.round(50 / dt), 400, Math.round(0.5 / dt)];
  let before = advance(stepper, new Float64Array(n * n), warmUp);
  const sums = [0, 0, 0, 0];
  for (let frame = 0; frame < frames; frame++) {
    const state = advance(stepper, before, perFrame, warmUp + frame * perFrame);
    const { enstrophy, energy, share } = lossesOf(state, n);
    [enstrophy, energy, share, correlation(before, state)].forEach((value, i) => {
      sums[i] = (sums[i] as number) + value / frames;
    });
    before = state;
  }
  return sums;
}

/** The balances hold on any grid that has the forced modes. */
const coarse: Ensemble = {
  name: `${system}, 32²`,
  runs: 16,
  seconds: () => 6,
  run: (index) => steadyState(index, 32, 0.025),
};

/** Runs on 64² points, and some with half the step on 96². */
const [runs, fineRuns] = [12, 4];
const grids: Ensemble = {
  name: `${system}, 64² and 96²`,
  runs: runs + fineRuns,
  seconds: (index) => (index < runs ? 12 : 60),
  run: (index) => (index < runs ? steadyState(index, 64, 0.05) : steadyState(index, 96, 0.025)),
};

/** The paths of one Wiener process from one state, by steps of two sizes: their distance, and that of their means. */
const coupled = computedOnce(() => {
  const [n, members, fine, times] = [128, 16, 0.0025, 10];
  const make = (dt: number, noise: (step: number) => ArrayLike<number>) =>
    kolmogorov2d({ numPoints: n, viscosity, drag, dt, forcing: { noise } });
  const start = advance(
    make(0.025, (step) => normal(foldIn(key(0), step), draws)),
    new Float64Array(n * n),
    2000,
  );
  const rates = kolmogorovModes.map(([x, y]) => -viscosity * (x * x + y * y) - drag);
  const deviation = (rate: number, h: number) => Math.sqrt(Math.expm1(2 * rate * h) / (2 * rate));
  const ends = Array.from({ length: members }, (_, member) => {
    const path = key(1 + member);
    const drawn = (step: number) => normal(foldIn(path, step), draws);
    /** The noise of a coarse step, which leads each mode alone to where the fine ones lead it. */
    const together = (step: number) =>
      Array.from({ length: draws }, (_, i) => {
        const rate = rates[i >> 1] as number;
        let sum = 0;
        for (let part = 0; part < times; part++) {
          const decay = Math.exp(rate * fine * (times - 1 - part));
          sum += decay * deviation(rate, fine) * (drawn(step * times + part)[i] as number);
        }
        return sum / deviation(rate, fine * times);
      });
    return {
      coarse: advance(make(fine * times, together), start, 20),
      fine: advance(make(fine, drawn), start, 200),
    };
  });
  const average = (fields: readonly Float64Array[]) =>
    Float64Array.from({ length: n * n }, (_, i) =>
      meanOf(Float64Array.from(fields, (field) => field[i] as number)),
    );
  const size = (field: Float64Array) => Math.sqrt(meanOf(field.map((w) => w * w)));
  const between = (a: Float64Array, b: Float64Array) => a.map((w, i) => w - (b[i] as number));
  const mean = average(ends.map((end) => end.fine));
  return {
    path:
      meanOf(Float64Array.from(ends, (end) => size(between(end.coarse, end.fine)))) / size(mean),
    mean: size(between(average(ends.map((end) => end.coarse)), mean)) / size(mean),
  };
});

/** Flow that is stirred at random: what goes in and out, paths at two steps, and two grids. */
export const kolmogorovChecks: readonly Check[] = [
  ...(["enstrophy", "energy"] as const).map(
    (name, at): Check => ({
      system,
      name: `${name} lost per time, against what the noise puts in`,
      kind: "statistic",
      measured: (figures) => meanEstimate(figures.map((run) => run[at] as number)),
      expected: injected[name],
      tolerance: 0.03 * injected[name],
      ensemble: coarse,
      seconds: 0,
    }),
  ),
  ...(
    [
      ["path", "paths", 0.02],
      ["mean", "the mean of sixteen paths", 0.01],
    ] as const
  ).map(
    ([name, what, tolerance]): Check => ({
      system,
      name: `${what} after .5 with dt = .025 on 128², from dt = .0025 and the same noise, relative`,
      kind: "error",
      measured: () => coupled()[name],
      expected: 0,
      tolerance,
      long: true,
      group: "Kolmogorov paths",
      seconds: name === "path" ? 60 : 0,
    }),
  ),
  ...(
    [
      // The forcing prefers an axis, and so does the flow: the share is .44.
      ["share of the energy along x", 2],
      ["correlation of states .5 apart", 3],
    ] as const
  ).map(
    ([name, at]): Check => ({
      system,
      name: `${name}, 64² less 96²`,
      kind: "statistic",
      measured: (figures) => {
        const [coarser, finer] = [figures.slice(0, runs), figures.slice(runs)].map((part) =>
          meanEstimate(part.map((run) => run[at] as number)),
        ) as [Estimate, Estimate];
        return {
          value: coarser.value - finer.value,
          standardError: Math.hypot(coarser.standardError, finer.standardError),
        };
      },
      expected: 0,
      tolerance: 0.03,
      long: true,
      ensemble: grids,
      seconds: 0,
    }),
  ),
];
