import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { describeMachine } from "../machine.ts";
import { type GroupResult, runGroup } from "../run-group.ts";
import { findDataEngines } from "./engines.ts";
import { planData } from "./plan.ts";
import { type DataReport, dataReportText, dataRows, dataSummary } from "./report.ts";
import { runStreaming } from "./run-streaming.ts";

const spec = {
  name: "pnpm bench:data",
  about:
    "times the solvers beside their peers, each on one processor, in turns, and trains from a store larger than memory.",
  usage: ["pnpm bench:data [--quick] [--only PART] [--size-gb N] [--folder DIR] [--json FILE]"],
  flags: {
    quick: {
      type: "boolean",
      about: "few repeats, and streaming only if --size-gb is given; about a minute",
    },
    only: { type: "string", value: "PART", about: "of ks2d, hllc2d and streaming" },
    "size-gb": {
      type: "number",
      value: "N",
      min: 0.01,
      about: "gigabytes of the store that is streamed; 20",
    },
    steps: { type: "integer", value: "N", min: 5, about: "training steps on it; 200" },
    folder: {
      type: "string",
      value: "DIR",
      about:
        "keep that store here, or use the one that is here; without it a temporary folder is used",
    },
    json: { type: "string", value: "FILE", about: "write all figures there" },
  },
  notes: [
    "Peers are libraries of the Python that EDDYFLOW_PYTHON names, or else of python3. One that is absent, or whose state after one step is not ours to 1e-9, is named with the reason. Leave the machine alone meanwhile.",
  ],
} as const satisfies CommandSpec;

/** Products of matrices are not what is compared, and threads that wait would take the processor. */
const singleThread = {
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false",
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
};

/** Sets variables of the environment that are not set, and returns what undoes it. */
function setVariables(variables: Readonly<Record<string, string>>): () => void {
  const unset = Object.keys(variables).filter((name) => process.env[name] === undefined);
  for (const name of unset) process.env[name] = variables[name];
  return () => {
    for (const name of unset) delete process.env[name];
  };
}

await runCommand("bench:data", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `the benchmark takes no "${word}"`,
    expected: "flags alone",
    remedy: "see --help",
  }));
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const quick = flags.quick === true;
  const plan = planData(quick);
  const only = flags.only ?? "";
  const groups = plan.groups.filter(({ name }) => name.includes(only));
  const streams = "streaming".includes(only) && !(quick && flags["size-gb"] === undefined);
  if (groups.length === 0 && !streams) {
    throw new ArgumentError({
      problem: `--only ${only} leaves nothing to measure`,
      expected: `part of ${[...plan.groups.map(({ name }) => name), "streaming"].join(", ")}`,
      remedy: "correct it; with --quick, streaming also needs --size-gb",
    });
  }
  const { commands, absent, binding } = await findDataEngines();
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-bench-data-"));
  try {
    const bar = progressBar("measuring", 100, { unit: "%" });
    const results: GroupResult[] = [];
    const parts = groups.length + (streams ? 1 : 0);
    const progress = (part: number, name: string) => (share: number, note: string) =>
      bar.update(Math.floor((100 * (part + share)) / parts), `${name}, ${note}`);
    const restore = setVariables(singleThread);
    for (const [i, group] of groups.entries()) {
      const own = commands.filter(({ name }) => group.engines.includes(name));
      results.push(
        await runGroup(group, own, {
          pace: plan.pace,
          folder,
          signal,
          onProgress: progress(i, group.name),
        }),
      );
    }
    // Training takes what threads there are.
    restore();
    const streaming = streams
      ? await runStreaming({
          gigabytes: flags["size-gb"] ?? 20,
          steps: flags.steps ?? 200,
          storeFolder: flags.folder === undefined ? folder : userPath(flags.folder),
          ...{ folder, signal, onProgress: progress(groups.length, "streaming") },
        })
      : null;
    bar.finish();
    const rows = dataRows(groups, results);
    const report: DataReport = {
      date: new Date().toISOString().slice(0, 10),
      quick,
      machine: describeMachine(),
      binding,
      summary: dataSummary(rows, streaming),
      rows,
      streaming,
      absent: absent.filter(({ engine }) =>
        groups.some(({ engines }) => engines.some((name) => name === engine)),
      ),
      failed: results.flatMap(({ failed }) => failed),
    };
    process.stdout.write(`\n${dataReportText(report, groups)}\n`);
    if (flags.json !== undefined) {
      await writeFile(userPath(flags.json), `${JSON.stringify(report, null, 2)}\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
