import type { Evaluation, ModelEvaluation } from "../measure/evaluation.ts";
import { periodicShape } from "../periodic-parts.ts";
import { modelStyles, truthStyle } from "./contestant-styles.ts";
import { costChart } from "./cost-chart.ts";
import { framesPicture } from "./frames-picture.ts";
import { lineChart, type Series } from "./line-chart.ts";

/** A picture of the report: SVG text, and what to say under it. */
export interface Picture {
  /** File name without extension. */
  readonly name: string;
  readonly svg: string;
  readonly caption: string;
}

/** Every picture that the evaluation has the figures for, in the order of the report. */
export function pictures(evaluation: Evaluation): readonly Picture[] {
  return [
    frames(evaluation),
    rollout(evaluation, "crps"),
    rollout(evaluation, "vrmse"),
    spectra(evaluation),
    spectrumRatios(evaluation),
    distillationCost(evaluation),
    crpsCost(evaluation),
  ].filter((picture) => picture !== null);
}

function frames(evaluation: Evaluation): Picture | null {
  const svg = framesPicture(evaluation);
  if (svg === null) return null;
  return {
    name: "frames",
    svg,
    caption:
      "One member of each model’s ensemble beside the simulation, on one colour scale, every cell as the models see it. " +
      "In a chaotic system the rows must part after a while; what should stay is the look: the size, the sharpness and the strength of the structures. Black is what is no longer finite.",
  };
}

function series(
  evaluation: Evaluation,
  points: (model: ModelEvaluation) => readonly (readonly [number, number])[],
): Series[] {
  const styles = modelStyles(evaluation);
  return evaluation.models.map((model) => ({
    name: model.name,
    style: styles.get(model.name) ?? truthStyle,
    points: points(model),
  }));
}

function rollout(evaluation: Evaluation, metric: "vrmse" | "crps"): Picture | null {
  if (!evaluation.models.some((model) => model.rollout !== null)) return null;
  const { members, trajectories, frameInterval } = evaluation.setting;
  const lines = series(
    evaluation,
    (model) =>
      model.rollout?.[metric].map(
        (value, index) => [(index + 1) * frameInterval, value] as const,
      ) ?? [],
  );
  const x = { label: "time", type: "linear", include: 0 } as const;
  if (metric === "crps")
    return {
      name: "rollout-crps",
      svg: lineChart("CRPS over time", lines, {
        x,
        // Beyond this nothing can be told but that it diverges.
        y: { label: "CRPS / training σ", type: "linear", include: 0, limits: [0, 2] },
      }),
      caption: `Continuous ranked probability score of ${members}-member ensembles (fair estimator; the mean absolute error for the solver and persistence), mean over ${trajectories} held-out trajectories. Lower is better, and climatology is what a forecast without skill scores. A line along the upper edge lies beyond it.`,
    };
  return {
    name: "rollout-vrmse",
    svg: lineChart("VRMSE over time", lines, {
      x,
      y: { label: "VRMSE", type: "linear", include: 0, limits: [0, 2.5] },
      guides: [{ axis: "y", at: Math.SQRT2, label: "√2: two unrelated states" }],
    }),
    caption:
      "Root mean square error of single members over the standard deviation of the true frame. A blurred forecast scores better here than a sharp one, so this curve cannot judge a sampler by itself: see the CRPS and the spectra. A line along the upper edge lies beyond it.",
  };
}

function spectra(evaluation: Evaluation): Picture | null {
  const { truthShells } = evaluation;
  if (truthShells === null) return null;
  const lines = shellSeries(evaluation, (energy) => energy);
  return {
    name: "spectra",
    svg: lineChart(
      "Energy spectrum after one step",
      [
        ...lines,
        {
          name: "truth",
          style: truthStyle,
          points: shellPoints(truthShells, shortestAxis(evaluation), (energy) => energy),
        },
      ],
      {
        x: { label: "wavenumber |k|", type: "log" },
        y: { label: "energy", type: "log" },
      },
    ),
    caption: `Energy per shell of integer |k|, mean over pairs and members${evaluation.setting.boundary.includes("wall") ? "; waves along the periodic axes, mean over the points between the walls" : ""}. A model that falls below the truth at high |k| blurs.`,
  };
}

function spectrumRatios(evaluation: Evaluation): Picture | null {
  const { truthShells } = evaluation;
  if (truthShells === null) return null;
  const numPoints = shortestAxis(evaluation);
  const lines = shellSeries(evaluation, (energy, wavenumber) => {
    const truth = truthShells[wavenumber] ?? 0;
    return truth > 0 ? energy / truth : Number.NaN;
  });
  return {
    name: "spectrum-ratios",
    svg: lineChart("Energy after one step, over the truth’s", lines, {
      x: { label: "wavenumber |k|", type: "log" },
      y: { label: "energy ratio", type: "linear", include: 1, limits: [0, 2] },
      guides: [
        { axis: "y", at: 1, label: "" },
        { axis: "x", at: numPoints / 8, label: "N/8" },
        { axis: "x", at: numPoints / 4, label: "N/4" },
      ],
    }),
    caption:
      "The same spectra divided by the truth’s; the dotted lines bound the three bands of the table.",
  };
}

function shellSeries(
  evaluation: Evaluation,
  value: (energy: number, wavenumber: number) => number,
): Series[] {
  // Persistence and climatology hold true frames: their lines would only hide the truth's.
  const kept = new Set(
    evaluation.models
      .filter((model) => model.kind === "network" || model.kind === "solver")
      .map((model) => model.name),
  );
  return series(evaluation, (model) =>
    shellPoints(model.shells ?? [], shortestAxis(evaluation), value),
  ).filter((line) => kept.has(line.name));
}

const shellPoints = (
  shells: readonly number[],
  numPoints: number,
  value: (energy: number, wavenumber: number) => number,
): readonly (readonly [number, number])[] =>
  shells
    .map((energy, wavenumber) => [wavenumber, value(energy, wavenumber)] as const)
    // Beyond N/2 only the corners of the grid are left.
    .filter(([wavenumber]) => wavenumber > 0 && wavenumber <= numPoints / 2);

function distillationCost(evaluation: Evaluation): Picture | null {
  const styles = modelStyles(evaluation);
  const points = evaluation.models.flatMap((model) => {
    const { name, msPerStep, distillationError: error } = model;
    if (msPerStep === null || error === null || !(error > 0)) return [];
    const style = styles.get(name) ?? truthStyle;
    return [{ label: withNfe(model), style, msPerStep, error, network: true }];
  });
  if (points.length === 0) return null;
  const beside = evaluation.models.flatMap(({ name, kind, msPerStep }) =>
    msPerStep !== null && (name === evaluation.reference || kind === "solver")
      ? [{ axis: "x" as const, at: msPerStep, label: name }]
      : [],
  );
  const spread = evaluation.teacherSpread;
  const guides =
    spread !== null && spread > 0
      ? [...beside, { axis: "y" as const, at: spread, label: "two samples of the teacher" }]
      : beside;
  return {
    name: "cost-distillation",
    svg: costChart("What a student costs and what it lost", points, {
      yLabel: "distillation error (VRMSE)",
      guides,
    }),
    caption: `Distance between a student’s end point and the teacher’s from the same noise and condition, against measured time. ${timing(evaluation)}`,
  };
}

function crpsCost(evaluation: Evaluation): Picture | null {
  const styles = modelStyles(evaluation);
  const points = evaluation.models.flatMap((model) => {
    const { name, kind, msPerStep, oneStep } = model;
    if (msPerStep === null || oneStep === null || !(oneStep.crps > 0)) return [];
    const style = styles.get(name) ?? truthStyle;
    const network = kind === "network";
    return [{ label: withNfe(model), style, msPerStep, error: oneStep.crps, network }];
  });
  if (points.length === 0) return null;
  const guides = evaluation.models.flatMap(({ name, msPerStep, oneStep }) =>
    msPerStep === null && oneStep !== null && oneStep.crps > 0
      ? [{ axis: "y" as const, at: oneStep.crps, label: name }]
      : [],
  );
  return {
    name: "cost-crps",
    svg: costChart("What a forecast costs and how good it is", points, {
      yLabel: "one-step CRPS / training σ",
      guides,
    }),
    caption: `Score of the one-step forecast against measured time; models and solver side by side. ${timing(evaluation)}`,
  };
}

/** Points along the shortest axis that has spectra. */
const shortestAxis = ({ setting: { gridShape, boundary } }: Evaluation): number =>
  Math.min(...periodicShape(gridShape, boundary));

const withNfe = ({ name, nfePerStep }: ModelEvaluation): string =>
  nfePerStep === null ? name : `${name} (${nfePerStep} NFE)`;

function timing(evaluation: Evaluation): string {
  const batches = [
    ...new Set(
      evaluation.models
        .filter((model) => model.kind === "network")
        .flatMap((model) => (model.batch === null ? [] : [model.batch])),
    ),
  ];
  const solver = evaluation.models.some((model) => model.kind === "solver")
    ? "; the solver advances one trajectory at a time"
    : "";
  return `Networks are timed at batch ${batches.join(", ")} on ${evaluation.setting.device}${solver}.`;
}
