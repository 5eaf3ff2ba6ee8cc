import type { Machine } from "../machine.ts";
import type { Failed, GroupResult } from "../run-group.ts";
import type { DataGroup } from "./plan.ts";
import type { StreamingReport } from "./run-streaming.ts";

interface DataRow {
  readonly name: string;
  readonly engine: string;
  /** Milliseconds of a step. */
  readonly minimum: number;
  readonly median: number;
  /** Our minimum over this engine's; null for ours and where ours is missing. */
  readonly ratio: number | null;
  /** max |own − ours| / max |ours| after one step. */
  readonly difference: number | null;
  readonly runs: number;
  readonly about: string;
}

/** What the project is held to; null where it was not measured. */
interface DataSummary {
  /** Our time over exponax's, at most 2.5. */
  readonly ks2dStepToExponax: number | null;
  readonly ks2dTrajectoryToExponax: number | null;
  /** NumPy's time over ours, at least 3. */
  readonly hllc2dFasterThanNumpy: number | null;
  /** At most 0.02. */
  readonly streamingWaitingShare: number | null;
  /** At most 1500. */
  readonly streamingPeakMegabytes: number | null;
}

/** All that `--json` holds. */
export interface DataReport {
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly binding: string;
  readonly summary: DataSummary;
  readonly rows: readonly DataRow[];
  /** Null where nothing was streamed. */
  readonly streaming: StreamingReport | null;
  readonly absent: readonly { readonly engine: string; readonly reason: string }[];
  readonly failed: readonly Failed[];
}

/** Minima, medians and ratios per step of what was measured. */
export function dataRows(
  groups: readonly DataGroup[],
  results: readonly GroupResult[],
): readonly DataRow[] {
  const steps = new Map(groups.flatMap(({ cases }) => cases.map((one) => [one.name, one.steps])));
  const timings = results.flatMap((result) => result.timings);
  const minimumOf = (name: string, milliseconds: readonly number[]) =>
    Math.min(...milliseconds) / (steps.get(name) ?? 1);
  return timings.map(({ name, engine, group, milliseconds, difference }) => {
    const own = timings.find((other) => other.name === name && other.engine === "eddyflow");
    const minimum = minimumOf(name, milliseconds);
    const sorted = milliseconds.toSorted((a, b) => a - b);
    const isOurs = engine === "eddyflow" || own === undefined;
    return {
      name,
      engine,
      minimum,
      median: (sorted[Math.floor((sorted.length - 1) / 2)] as number) / (steps.get(name) ?? 1),
      ratio: isOurs ? null : minimumOf(name, own.milliseconds) / minimum,
      difference,
      runs: milliseconds.length,
      about:
        results
          .flatMap((result) => result.runs)
          .find((run) => run.group === group && run.engine === engine)?.about ?? "",
    };
  });
}

/** The figures that the project is held to. */
export function dataSummary(
  rows: readonly DataRow[],
  streaming: StreamingReport | null,
): DataSummary {
  const ratio = (name: string, engine: string) =>
    rows.find((row) => row.name === name && row.engine === engine)?.ratio ?? null;
  const toNumpy = ratio("hllc2d/step", "numpy");
  return {
    ks2dStepToExponax: ratio("ks2d/step", "exponax"),
    ks2dTrajectoryToExponax: ratio("ks2d/trajectory", "exponax"),
    hllc2dFasterThanNumpy: toNumpy === null ? null : 1 / toNumpy,
    streamingWaitingShare: streaming?.waitingShare ?? null,
    streamingPeakMegabytes: streaming === null ? null : streaming.peakBytes / 1e6,
  };
}

function streamingLines(streaming: StreamingReport): readonly string[] {
  const { gigabytes, trajectories, frames, openSeconds, steps, milliseconds, about } = streaming;
  return [
    `streaming: ${gigabytes} GB in ${trajectories} trajectories of ${frames} frames of 64², 4 channels, ready in ${openSeconds.toFixed(1)} s`,
    `  ${steps} steps of ns2d, batch 8, ${milliseconds.toFixed(0)} ms each: ${(100 * streaming.waitingShare).toFixed(2)} % waiting for data, ${(streaming.peakBytes / 1e6).toFixed(0)} MB resident at most; ${about}`,
  ];
}

/** For a terminal. */
export function dataReportText(report: DataReport, groups: readonly DataGroup[]): string {
  const { machine, binding, rows, streaming, absent, failed, date, quick } = report;
  const head = [
    "case",
    "engine",
    "min ms",
    "median ms",
    "ours to it",
    "difference",
    "runs",
    "version",
  ];
  const none = "–";
  const cells = rows.map((row) => [
    row.name,
    row.engine,
    row.minimum.toPrecision(3),
    row.median.toPrecision(3),
    row.ratio === null ? none : row.ratio.toFixed(2),
    row.difference === null ? none : row.difference.toExponential(1),
    String(row.runs),
    row.about,
  ]);
  const widths = head.map((_, i) =>
    Math.max(...[head, ...cells].map((row) => (row[i] as string).length)),
  );
  const lines = [head, ...cells].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join("  ")
      .trimEnd(),
  );
  return [
    `${machine.processor}, ${machine.threads} threads, ${machine.system}, Node ${machine.node}; ${date}${quick ? ", quick" : ""}`,
    ...(rows.length > 0 ? [`times are those of one step; ${binding}`] : []),
    ...groups.map(({ name, title }) => `${name}: ${title}`),
    ...absent.map(({ engine, reason }) => `not measured: ${engine}: ${reason}`),
    ...failed.map(({ group, engine, reason }) => `left out: ${engine} in ${group}: ${reason}`),
    ...(rows.length > 0 ? ["", ...lines] : []),
    ...(streaming === null ? [] : ["", ...streamingLines(streaming)]),
  ].join("\n");
}
