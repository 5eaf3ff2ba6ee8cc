import type { Evaluation } from "../measure/evaluation.ts";
import { contestantSeries } from "./contestant-series.ts";
import { truthStyle } from "./contestant-styles.ts";
import { lineChart, type Series } from "./line-chart.ts";
import type { Picture } from "./picture.ts";

const x = { label: "|k|, waves along the longest periodic side", type: "log" } as const;

/** The energy spectra after one step; null where there are none. */
export function spectra(evaluation: Evaluation): Picture | null {
  const { truthShells, spectrumAxis, setting } = evaluation;
  if (truthShells === null || spectrumAxis === null) return null;
  const energy = (value: number) => value;
  const truth = {
    name: "truth",
    style: truthStyle,
    points: shellPoints(truthShells, spectrumAxis.complete, energy),
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
    caption: `Energy in each shell of |k|, averaged over pairs and members.${walls} A contestant that falls below the truth at high |k| blurs.`,
  };
}

/** The same spectra divided by the truth's; null where there are none. */
export function spectrumRatios(evaluation: Evaluation): Picture | null {
  const { truthShells, spectrumAxis } = evaluation;
  if (truthShells === null || spectrumAxis === null) return null;
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
        { axis: "x", at: spectrumAxis.low, label: "low | mid" },
        { axis: "x", at: spectrumAxis.mid, label: "mid | high" },
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
    shellPoints(shells ?? [], evaluation.spectrumAxis?.complete ?? 0, value),
  );
}

const shellPoints = (
  shells: readonly number[],
  complete: number,
  value: (energy: number, wavenumber: number) => number,
): Series["points"] =>
  shells
    .map((energy, wavenumber) => [wavenumber, value(energy, wavenumber)] as const)
    // Beyond that the grid resolves waves in some directions only.
    .filter(([wavenumber]) => wavenumber > 0 && wavenumber <= complete);
