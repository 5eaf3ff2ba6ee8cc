import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  helpText,
  makeFolder,
  parseFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { describeMachine } from "../machine.ts";
import { type GroupResult, runGroup } from "../run-group.ts";
import { findDataEngines } from "./engines.ts";
import { planData } from "./plan.ts";
import { type DataReport, dataReportText, dataRows } from "./report.ts";

const spec = {
  name: "pnpm bench:data",
  about: "times the solvers beside their peers, each on one processor, in turns.",
  usage: ["pnpm bench:data [--quick] [--json FILE]"],
  flags: {
    quick: { type: "boolean", about: "few repeats, in less than a minute" },
    json: { type: "string", value: "FILE", about: "write all figures there" },
  },
  notes: [
    "Peers are libraries of the Python that EDDYFLOW_PYTHON names, or else of python3. One that is absent, or whose state after one step is not ours to 1e-9, is named with the reason. Leave the machine alone meanwhile.",
  ],
} as const satisfies CommandSpec;

await runCommand("bench:data", async ({ argv, signal }) => {
  const { flags, help, positionals, overrides } = parseFlags(argv, spec);
  if (help) {
    process.stdout.write(helpText(spec));
    return;
  }
  const [extra] = [...positionals, ...overrides];
  if (extra !== undefined) {
    throw new ArgumentError({
      problem: `the benchmark takes no "${extra}"`,
      expected: "flags alone",
      remedy: "see --help",
    });
  }
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const quick = flags.quick === true;
  const { groups, pace } = planData(quick);
  const { commands, absent, binding } = await findDataEngines();
  // Products of matrices are not what is compared, and threads that wait would take the processor.
  process.env["XLA_FLAGS"] ??= "--xla_cpu_multi_thread_eigen=false";
  for (const name of ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]) process.env[name] ??= "1";
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-bench-data-"));
  try {
    const bar = progressBar("timing", 100, { unit: "%" });
    const results: GroupResult[] = [];
    for (const [i, group] of groups.entries()) {
      const own = commands.filter(({ name }) => group.engines.includes(name));
      results.push(
        await runGroup(group, own, {
          pace,
          folder,
          signal,
          onProgress: (share, note) =>
            bar.update(Math.floor((100 * (i + share)) / groups.length), `${group.name}, ${note}`),
        }),
      );
    }
    bar.finish();
    const report: DataReport = {
      date: new Date().toISOString().slice(0, 10),
      quick,
      machine: describeMachine(),
      binding,
      rows: dataRows(groups, results),
      absent,
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
