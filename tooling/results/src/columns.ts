import { notMeasured, type Row } from "./rows.ts";
import { withInterval } from "./text.ts";

/** A column of a table: what it shows of a row, and what it means. */
export interface Column {
  readonly name: string;
  /** For the legend under a table; none where the name says it. */
  readonly about?: string;
  cell(row: Row): string;
}

/** Where a figure stands in a summary. */
export type Origin =
  | { readonly part: "oneStep" | "rolloutMean" | "ensemble" | "lastStep"; readonly score: string }
  | { readonly part: "distillationError" | "milliseconds" };

export interface FigureColumn extends Column {
  readonly origin: Origin;
  /** Decimals that are printed. */
  readonly digits: number;
}

const figure = (name: string, digits: number, origin: Origin, about: string): FigureColumn => ({
  ...{ name, about, origin, digits },
  cell: ({ figures }) => withInterval(figures[name] ?? notMeasured, { digits, between: "–" }),
});

const energies = "energy over that of the truth";
const oneStep = (score: string) => ({ part: "oneStep", score }) as const;
const ensemble = (score: string) => ({ part: "ensemble", score }) as const;
const rollout = (score: string) => ({ part: "rolloutMean", score }) as const;

/** What is measured, and where a summary has it. */
export const figureColumns: readonly FigureColumn[] = [
  figure(
    "distillation error",
    4,
    { part: "distillationError" },
    "VRMSE to the end points of the teacher's 50 midpoint steps from the same noise",
  ),
  figure("low", 3, oneStep("energyLow"), `${energies}, |k| < N/8`),
  figure("mid", 3, oneStep("energyMid"), `${energies}, N/8 ≤ |k| < N/4`),
  figure("high", 3, oneStep("energyHigh"), `${energies}, |k| ≥ N/4; less than 1 is blurred`),
  figure("MSE", 4, oneStep("mse"), "of single members after one step, in the channels' variances"),
  figure("MSE, rollout", 4, rollout("mse"), "the mean over the steps of a rollout"),
  figure("VRMSE", 4, oneStep("vrmse"), "of single members after one step"),
  figure("VRMSE, rollout", 3, rollout("vrmse"), "the mean over the steps of a rollout"),
  figure(
    "VRMSE, last step",
    3,
    { part: "lastStep", score: "vrmse" },
    "after the last step of a rollout",
  ),
  figure("CRPS, one step", 4, oneStep("crps"), "fair, in units of each channel's deviation"),
  figure("CRPS, rollout", 4, rollout("crps"), "the mean over the steps of a rollout"),
  figure("mean error", 4, ensemble("meanError"), "relative L2 error of the ensemble's mean"),
  figure(
    "deviation error",
    4,
    ensemble("deviationError"),
    "relative L2 error of the ensemble's standard deviation",
  ),
  figure(
    "energy distance",
    4,
    ensemble("energyDistance"),
    "to the solver's ensemble, without bias: 0 for the same distribution",
  ),
  figure(
    "enstrophy error",
    4,
    ensemble("spectrumError"),
    "relative error of the spectrum of the members, which is the enstrophy's where the state is vorticity",
  ),
  figure("CRPS, ensemble", 4, ensemble("crps"), "fair, the solver's members as the truth"),
  figure(
    "ms",
    2,
    { part: "milliseconds" },
    "wall time of a step of a whole batch, divided by the batch",
  ),
];

const columns: readonly Column[] = [
  { name: "method", cell: ({ method }) => method },
  {
    name: "budget",
    about: "network evaluations of the training; one that is trained on counts as three",
    cell: ({ budget }) => (budget === null ? "–" : budget.toLocaleString("en")),
  },
  {
    name: "NFE",
    about: "network evaluations of a step, counted",
    cell: ({ nfe }) => (nfe === null ? "–" : String(nfe)),
  },
  { name: "sampler", cell: ({ sampler }) => sampler ?? "–" },
  { name: "seeds", cell: ({ seeds }) => String(seeds) },
  ...figureColumns,
];

/** Columns by name, in the order of the names. */
export const columnsOf = (names: readonly string[]): readonly Column[] =>
  names.map((name) => {
    const found = columns.find((column) => column.name === name);
    if (found === undefined) throw new Error(`no column is called "${name}"`);
    return found;
  });
