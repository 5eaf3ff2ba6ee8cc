import type { Evaluation } from "../measure/evaluation.ts";
import { contestantSeries } from "./contestant-series.ts";
import { truthStyle } from "./contestant-styles.ts";
import { cutNote, lineChart } from "./line-chart.ts";
import type { Picture } from "./picture.ts";
import type { Series } from "./series-marks.ts";
import { inSeries, significant } from "./wording.ts";

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
  const lines = [...shellSeries(evaluation, energy), truth];
  const { svg, narrow } = lineChart("Energy spectrum after one step", lines, {
    x,
    y: { label: "energy per shell (training std²)", type: "log" },
  });
  return {
    name: "spectra",
    svg,
    narrow,
    alt: `Energy over wavenumber for ${inSeries(lines.map(({ name }) => name))}. The figures are in spectra.csv.`,
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
  const { svg, narrow, isCut } = lineChart("Energy after one step over the truth’s", lines, {
    x,
    y: { label: "energy over the truth’s", type: "linear", include: 1, limits: [0, 2] },
    guides: [
      { axis: "y", at: 1, label: "" },
      { axis: "x", at: spectrumAxis.low, label: "low | mid" },
      { axis: "x", at: spectrumAxis.mid, label: "mid | high" },
    ],
  });
  const ends = lines.flatMap(({ name, points }) => {
    const end = points.at(-1);
    return end === undefined ? [] : [`${name} ${significant(end[1])}`];
  });
  return {
    name: "spectrum-ratios",
    svg,
    narrow,
    alt: `Energy divided by the truth’s over wavenumber. At the highest wavenumber: ${ends.join(", ")}. All figures are in spectra.csv.`,
    caption: `The same spectra divided by the truth’s: 1 is right, less is blurred, more is noise. The dotted verticals are the limits of the three bands in the table (low, mid, high).${isCut ? ` ${cutNote}` : ""}`,
  };
}

function shellSeries(
  evaluation: Evaluation,
  value: (energy: number, wavenumber: number) => number,
): readonly Series[] {
  // Baselines repeat true frames, and their lines would only hide the truth's.
  const contestants = evaluation.contestants.filter(({ kind }) => kind !== "baseline");
  return contestantSeries({ ...evaluation, contestants }, ({ shells }) => ({
    points: shellPoints(shells ?? [], evaluation.spectrumAxis?.complete ?? 0, value),
  }));
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
