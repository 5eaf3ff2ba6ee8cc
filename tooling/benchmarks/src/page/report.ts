import { markdownTable } from "command-line";
import type { Machine } from "../machine.ts";
import { medianOf } from "../median-of.ts";
import type { Failed, GroupResult } from "../run-group.ts";
import type { FirstLoad } from "./first-load.ts";
import { type Contender, contenderName, groups } from "./plan.ts";

/** A case on an engine. */
export interface PageRow {
  readonly group: string;
  readonly name: string;
  readonly contender: Contender;
  readonly about: string;
  /** Milliseconds of one evaluation. */
  readonly minimum: number;
  readonly median: number;
  /** Our median over this one's, where both computed on the processor with as many threads in the same place. */
  readonly oursToIt: number | null;
  readonly difference: number | null;
  readonly runs: number;
}

/** All that `--json` holds. */
export interface PageReport {
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  /** Null until it was measured. */
  readonly firstLoad: readonly FirstLoad[] | null;
  readonly rows: readonly PageRow[];
  readonly failed: readonly Failed[];
}

/** Minima, medians and ratios of what was timed. */
export function pageRows(
  { timings, runs }: GroupResult,
  contenders: readonly Contender[],
): readonly PageRow[] {
  return timings.flatMap((timing) => {
    const contender = contenders.find((one) => contenderName(one) === timing.engine);
    if (contender === undefined) return [];
    const { library, place, threads } = contender;
    const ours = library.endsWith("webgpu") ? "eddyflow-webgpu" : "eddyflow-wasm";
    const own = timings.find(
      (other) =>
        other.name === timing.name &&
        other.engine === contenderName({ library: ours, place, threads }),
    );
    const median = medianOf(timing.milliseconds);
    return [
      {
        group: timing.group,
        name: timing.name,
        contender,
        about: runs.find(({ engine }) => engine === timing.engine)?.about ?? "",
        minimum: Math.min(...timing.milliseconds),
        median,
        oursToIt:
          library === ours || own === undefined ? null : medianOf(own.milliseconds) / median,
        difference: timing.difference,
        runs: timing.milliseconds.length,
      },
    ];
  });
}

const none = "–";
const short = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const kilobytes = ({ raw, gzip }: FirstLoad["code"]): string =>
  `${(raw / 1000).toFixed(0)} (${(gzip / 1000).toFixed(0)})`;

const placeName = ({ place, threads }: Contender): string =>
  `${place === "page" ? "page" : "Node"}, ${threads} thread${threads === 1 ? "" : "s"}`;

const libraryNames: Readonly<Record<Contender["library"], string>> = {
  "eddyflow-wasm": "ours, wasm",
  "tfjs-wasm": "stock tfjs, wasm",
  "onnxruntime-wasm": "onnxruntime-web, wasm",
  "eddyflow-webgpu": "ours, WebGPU",
  "onnxruntime-webgpu": "onnxruntime-web, WebGPU",
};

function firstLoadTable(loads: readonly FirstLoad[]): string {
  return markdownTable([
    [
      "engine",
      "page kB (gzip)",
      "models kB (gzip)",
      "solver's field s",
      "first forecasts s",
      "frames a second",
      "longest frame ms",
    ],
    ...loads.map((load) => [
      `${load.backend === "wasm" ? "WebAssembly" : "WebGPU"}, ${load.threads} thread${load.threads === 1 ? "" : "s"}`,
      kilobytes(load.code),
      kilobytes(load.models),
      medianOf(load.firstFieldSeconds).toFixed(2),
      medianOf(load.firstStateSeconds).toFixed(2),
      load.framesPerSecond.toFixed(1),
      load.longestFrameMs.toFixed(0),
    ]),
  ]);
}

/** A column for each case, and in it the median milliseconds, with our time over it in brackets. */
function groupTable(rows: readonly PageRow[]): string {
  const names = [...new Set(rows.map(({ name }) => name))];
  const engines = [...new Set(rows.map(({ contender }) => contenderName(contender)))];
  const cell = (row: PageRow | undefined): string => {
    if (row === undefined) return none;
    return row.oursToIt === null
      ? short(row.median)
      : `${short(row.median)} (${row.oursToIt.toFixed(2)})`;
  };
  const heads = names.map((name) => {
    const [, points, batch] = /(\d+)-batch(\d+)$/u.exec(name) ?? [];
    return `${points}², batch ${batch}`;
  });
  return markdownTable([
    ["engine", "where", ...heads],
    ...engines.map((engine) => {
      const own = rows.filter(({ contender }) => contenderName(contender) === engine);
      const { contender } = own[0] as PageRow;
      return [
        libraryNames[contender.library],
        placeName(contender),
        ...names.map((name) => cell(own.find((row) => row.name === name))),
      ];
    }),
  ]);
}

/** The report as Markdown, which is what the terminal gets too. */
export function pageReportText({
  machine,
  date,
  quick,
  firstLoad,
  rows,
  failed,
}: PageReport): string {
  const versions = [...new Set(rows.map(({ about }) => about.replace(/, \d+ threads?$/u, "")))];
  const notes = [
    `${machine.processor}, ${machine.threads} threads, ${machine.system}, Node ${machine.node}, headless Chromium with WebGPU on the processor; ${date}${quick ? ", quick" : ""}`,
    ...versions,
    ...failed.map(({ group, engine, reason }) => `left out: ${engine} in ${group}: ${reason}`),
  ];
  const timed = groups.flatMap(({ name, title }) => {
    const own = rows.filter(({ group }) => group === name);
    if (own.length === 0) return [];
    return [
      `Milliseconds of one evaluation of ${title}, median (in brackets our time over it):`,
      groupTable(own),
    ];
  });
  return [
    ...(firstLoad === null
      ? []
      : [
          "The page with its three models, first visit; fields of 32², four members each:",
          firstLoadTable(firstLoad),
        ]),
    ...timed,
    notes.map((note) => `- ${note}`).join("\n"),
  ].join("\n\n");
}
