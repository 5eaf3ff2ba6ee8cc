import type { Evaluation } from "../measure/evaluation.ts";
import { periodicShape } from "../measure/periodic-parts.ts";
import { contestantSeries } from "./contestant-series.ts";
import { truthStyle } from "./contestant-styles.ts";
import { lineChart, type Series } from "./line-chart.ts";
import type { Picture } from "./picture.ts";

const x = { label: "wavenumber |k|", type: "log" } as const;

/** The energy spectra after one step; null where there are none. */
export function spectra(evaluation: Evaluation): Picture | null {
  const { truthShells, setting } = evaluation;
  if (truthShells === null) return null;
  const energy = (value: number) => value;
  const truth = {
    name: "truth",
    style: truthStyle,
    points: shellPoints(truthShells, shortestAxis(evaluation), energy),
  };
  const walls = setting.boundary.includes("wall")
    ? " The waves are those along the periodic axes, averaged over the points between the walls."
    : "";
  return {
    name: "spectra",
    svg: lineChart("Energy spectrum after one step", [...shellSeries(evaluation, energy), truth], {
      x,
      y: { label: "energy per shell (squared training standard deviations)", type: "log" },
    }),
    caption: `Energy in each shell of integer |k|, averaged over pairs and members.${walls} A contestant that falls below the truth at high |k| blurs.`,
  };
}

/** The same spectra divided by the truth's; null where there are none. */
export function spectrumRatios(evaluation: Evaluation): Picture | null {
  const { truthShells } = evaluation;
  if (truthShells === null) return null;
  const numPoints = shortestAxis(evaluation);
  const lines = shellSeries(evaluation, (energy, wavenumber) => {
    const truth = truthShells[wavenumber] ?? 0;
    return truth > 0 ? energy / truth : Number.NaN;
  });
  return {
    name: "spectrum-ratios",
    svg: lineChart("Energy after one step, compared with the truth", lines, {
      x,
      y: { label: "energy divided by the truth’s", type: "linear", include: 1, limits: [0, 2] },
      guides: [
        { axis: "y", at: 1, label: "" },
        { axis: "x", at: numPoints / 8, label: "N/8" },
        { axis: "x", at: numPoints / 4, label: "N/4" },
      ],
    }),
    caption:
      "The same spectra divided by the truth’s: 1 is right, less is blurred. The dotted verticals are the limits of the three bands in the table (low, mid, high).",
  };
}

function shellSeries(
  evaluation: Evaluation,
  value: (energy: number, wavenumber: number) => number,
): readonly Series[] {
  // Baselines repeat true frames, and their lines would only hide the truth's.
  const contestants = evaluation.contestants.filter(({ kind }) => kind !== "baseline");
  return contestantSeries({ ...evaluation, contestants }, ({ shells }) =>
    shellPoints(shells ?? [], shortestAxis(evaluation), value),
  );
}

const shellPoints = (
  shells: readonly number[],
  numPoints: number,
  value: (energy: number, wavenumber: number) => number,
): Series["points"] =>
  shells
    .map((energy, wavenumber) => [wavenumber, value(energy, wavenumber)] as const)
    // Beyond N/2 only the corners of the grid are left.
    .filter(([wavenumber]) => wavenumber > 0 && wavenumber <= numPoints / 2);

/** The number of points along the shortest axis that has spectra. */
const shortestAxis = ({ setting: { gridShape, boundary } }: Evaluation): number =>
  Math.min(...periodicShape(gridShape, boundary));
