import type { Report, Row } from "./report.ts";

type Cells = readonly string[];

interface Table {
  readonly title: string;
  readonly head: Cells;
  readonly body: readonly Cells[];
}

const none = "–";

/** Three significant digits, without an exponent. */
const short = (value: number | null): string =>
  value === null ? none : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
const percent = (value: number | null): string =>
  value === null ? none : `${(100 * value).toFixed(0)} %`;
const ratio = (value: number | null): string => (value === null ? none : value.toFixed(2));
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

const summaryNames = {
  stepBatch1: "ns2d training step, batch 1",
  stepBatch4: "ns2d training step, batch 4",
  stepBatch8: "ns2d training step, batch 8",
  forwardBatch8: "ns2d forward, batch 8",
  step3d: "rti3d_full training step, 16³",
  memory: "ns2d peak memory, batch 8",
  mixedStepBatch8: "ns2d mixed-precision step, batch 8",
  mixedToFloat32: "ns2d mixed-precision step to our float32, batch 8",
} as const satisfies Readonly<Record<keyof Report["summary"], string>>;

function tablesOf({ rows, runs, summary }: Report): readonly Table[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  const caseRow = (row: Row): Cells => [
    row.engine,
    short(row.minimum),
    short(row.median),
    ratio(row.ratio),
    short(row.rate),
    percent(row.fractionOfPeak),
    String(row.milliseconds.length),
  ];
  const figures = rows.flatMap(({ name, engine, figures }) =>
    Object.entries(figures).map(([figure, value]): Cells => [name, engine, figure, short(value)]),
  );
  const measured = Object.entries(summary).filter(([, value]) => value !== null);
  return [
    ...(measured.length === 0
      ? []
      : [
          {
            title: "ours to PyTorch's best (minima)",
            head: ["", "ratio"],
            body: measured.map(
              ([key, value]): Cells => [summaryNames[key as keyof Report["summary"]], ratio(value)],
            ),
          },
        ]),
    ...names.map((name): Table => {
      const own = rows.filter((row) => row.name === name);
      return {
        title: `${own[0]?.title}: ${name}`,
        head: ["engine", "min ms", "median ms", "to peer", "GFLOP/s", "of peak", "runs"],
        body: own.map(caseRow),
      };
    }),
    ...(figures.length === 0
      ? []
      : [{ title: "counted", head: ["case", "engine", "figure", "value"], body: figures }]),
    {
      title: "processes",
      head: ["case", "engine", "peak MiB", "start s", "version"],
      body: runs.map(
        ({ group, engine, peakBytes, startSeconds, about }): Cells => [
          group,
          engine,
          megabytes(peakBytes),
          startSeconds.toFixed(1),
          about,
        ],
      ),
    },
  ];
}

/** What the figures were measured on and what is missing, a sentence a line. */
function notesOf({
  machine,
  peak,
  absent,
  failed,
  date,
  quick,
  seconds,
}: Report): readonly string[] {
  const { processor, threads, memoryGigabytes, system, node } = machine;
  return [
    `${processor}, ${threads} threads, ${memoryGigabytes} GB, ${system}, Node ${node}; ${date}${quick ? ", quick" : ""}, ${(seconds / 60).toFixed(1)} min`,
    ...(peak.float32 === null ? [] : [`peak in float32: ${short(peak.float32)} GFLOP/s`]),
    ...(peak.bfloat16 === null ? [] : [`peak in bfloat16: ${short(peak.bfloat16)} GFLOP/s`]),
    ...absent.map(({ engine, reason }) => `not measured: ${engine}: ${reason}`),
    ...failed.map(({ group, engine, reason }) => `left out: ${engine} in ${group}: ${reason}`),
  ];
}

function aligned({ title, head, body }: Table): string {
  const all = [head, ...body];
  const widths = head.map((_, column) =>
    Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
  );
  const isNumber = (column: number) =>
    body.every((cells) => /^[\d–]/u.test(cells[column] ?? "") && !cells[column]?.includes("/"));
  const line = (cells: Cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [title, ...all.map((cells) => `  ${line(cells)}`)].join("\n");
}

/** For a terminal. */
export function reportText(report: Report): string {
  return [notesOf(report).join("\n"), ...tablesOf(report).map(aligned)].join("\n\n");
}

/** For a README. */
export function reportMarkdown(report: Report): string {
  const line = (cells: Cells) => `| ${cells.join(" | ")} |`;
  const table = ({ title, head, body }: Table) =>
    [`**${title}**`, "", line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
  const notes = notesOf(report).map((note) => `- ${note}`);
  return `${[notes.join("\n"), ...tablesOf(report).map(table)].join("\n\n")}\n`;
}
