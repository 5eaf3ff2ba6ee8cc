import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  progressBar,
  regionMarks,
  requireRegion,
  runCommand,
  userPath,
  writeRegion,
} from "command-line";
import { buildPage } from "playground/build-page";
import { noBrowser } from "testing/open-browser";
import type { EngineCommand } from "../engine-process.ts";
import { describeMachine } from "../machine.ts";
import { runGroup } from "../run-group.ts";
import { measureFirstLoad } from "./first-load.ts";
import { contenderName, contendersOf, groups, type PageGroup, paceOf } from "./plan.ts";
import { type PageReport, pageReportText, pageRows } from "./report.ts";
import type { PageWork } from "./work.ts";
import { writeWork } from "./write-work.ts";

const region = "bench:page";
const parts = ["load", ...groups.map(({ name }) => name)];

const spec = {
  name: "pnpm bench:page",
  about:
    "times our WebAssembly and WebGPU beside stock tfjs and onnxruntime-web, in a page and in Node, in turns, and what the playground loads.",
  usage: ["pnpm bench:page [--quick] [--only PART] [--json FILE] [--resume] [--readme FILE]"],
  flags: {
    quick: { type: "boolean", about: "few repeats and no WebGPU, in some two minutes" },
    only: { type: "choice", choices: parts, about: "one part alone" },
    json: {
      type: "string",
      value: "FILE",
      about: "write all figures there, after each part",
    },
    resume: {
      type: "boolean",
      about: "keep the parts that the file of --json has, and measure the others",
    },
    readme: {
      type: "string",
      value: "FILE",
      about: `put the tables between ${regionMarks(region).join(" and ")} of FILE, such as apps/playground/README.md`,
    },
  },
  notes: [
    "Parts: load (the page's kilobytes, its first state, the frames that it draws a second), student (the playground's network on 32², 64², 128²), ns2d (its network on 64², batch 1 and 8), webgpu (the playground's network again, on a graphics card that the processor plays where there is none; not in a quick run). An engine whose output differs from ours by more than 1e-4 of the largest value is left out with the reason. Leave the machine alone meanwhile.",
  ],
} as const satisfies CommandSpec;

await runCommand("bench:page", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `the benchmark takes no "${word}"`,
    expected: "flags alone",
    remedy: "see --help",
  }));
  if (flags === null) return;
  const { quick = false, only } = flags;
  const json = flags.json === undefined ? undefined : userPath(flags.json);
  const readme = flags.readme === undefined ? undefined : userPath(flags.readme);
  if (flags.resume === true && json === undefined) {
    throw new ArgumentError({
      problem: "--resume has no --json to go on from",
      expected: "--json FILE --resume",
      remedy: "name the file of the figures",
    });
  }
  if (noBrowser !== null) {
    throw new ArgumentError({
      problem: noBrowser,
      expected: "a machine that it runs on",
      remedy: "measure there",
    });
  }
  if (json !== undefined) await makeFolder(dirname(json));
  if (readme !== undefined) await requireRegion(readme, region);
  let report: PageReport = (flags.resume === true ? await readReport(json) : null) ?? {
    date: new Date().toISOString().slice(0, 10),
    quick,
    machine: describeMachine(),
    firstLoad: null,
    rows: [],
    failed: [],
  };
  if (report.quick !== quick) {
    throw new ArgumentError({
      problem: `${flags.json} is of a run ${report.quick ? "with" : "without"} --quick`,
      expected: "a run that is gone on with as it was begun",
      remedy: report.quick ? "add --quick" : "leave --quick out",
    });
  }
  const isDone = (part: string) =>
    part === "load" ? report.firstLoad !== null : report.rows.some(({ group }) => group === part);
  const isAsked = (part: string) =>
    only === undefined
      ? !(quick && groups.some(({ name, isSlow }) => name === part && isSlow))
      : part === only;
  const wanted = parts.filter((part) => isAsked(part) && !isDone(part));
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-bench-page-"));
  const bar = progressBar("measuring", 100, { unit: "%" });
  try {
    for (const [i, part] of wanted.entries()) {
      const onProgress = (share: number, note: string) =>
        bar.update(Math.floor((100 * (i + share)) / wanted.length), `${part}, ${note}`);
      const group = groups.find(({ name }) => name === part);
      report =
        group === undefined
          ? await measureLoads(report, folder, { quick, onProgress })
          : await measureGroup(group, report, { folder, quick, signal, onProgress });
      if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    }
    bar.finish();
    const text = pageReportText(report);
    process.stdout.write(`\n${text}\n`);
    if (readme !== undefined) await writeRegion(readme, region, text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** What an earlier run left; null where it left nothing. */
async function readReport(json: string | undefined): Promise<PageReport | null> {
  if (json === undefined || !existsSync(json)) return null;
  return JSON.parse(await readFile(json, "utf8")) as PageReport;
}

type Progress = (share: number, note: string) => void;

async function measureLoads(
  report: PageReport,
  folder: string,
  { quick, onProgress }: { readonly quick: boolean; readonly onProgress: Progress },
): Promise<PageReport> {
  const dist = join(folder, "dist");
  await buildPage(dist);
  const visits = quick ? 1 : 5;
  let visit = 0;
  const { loads, failed } = await measureFirstLoad(dist, {
    visits,
    webgpu: !quick,
    seconds: quick ? 3 : 20,
    onVisit: (note) => onProgress(++visit / (2 * visits + (quick ? 0 : 1)), note),
  });
  return { ...report, firstLoad: loads, failed: [...report.failed, ...failed] };
}

async function measureGroup(
  group: PageGroup,
  report: PageReport,
  options: {
    readonly folder: string;
    readonly quick: boolean;
    readonly signal: AbortSignal;
    readonly onProgress: Progress;
  },
): Promise<PageReport> {
  const place = join(options.folder, group.name);
  await mkdir(place);
  await writeWork(group, place);
  const engine = fileURLToPath(new URL("./engine.ts", import.meta.url));
  const contenders = contendersOf(group, availableParallelism());
  const commands = contenders.map(
    (contender): EngineCommand => ({
      name: contenderName(contender),
      command: process.execPath,
      args: [engine, contender.library, contender.place, String(contender.threads)],
    }),
  );
  const cases = group.cases.map(({ name, shape, batch }) => ({
    name,
    ...(group.isSlow && { runs: 1 }),
    work: { description: group.description, shape, batch, folder: place } satisfies PageWork,
  }));
  const result = await runGroup({ name: group.name, cases }, commands, {
    ...options,
    pace: paceOf(group, options.quick),
  });
  return {
    ...report,
    rows: [...report.rows, ...pageRows(result, contenders)],
    failed: [...report.failed, ...result.failed],
  };
}
