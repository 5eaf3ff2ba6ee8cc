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
  regionMarks,
  requireRegion,
  runCommand,
  userPath,
  writeRegion,
} from "command-line";

/** The place of the tables in a page. */
const region = "bench";

const spec = {
  name: "pnpm bench",
  about: "times Eddyflow and the peers on this machine, in turns, in one run.",
  usage: ["pnpm bench [--quick] [--only PART] [--json FILE] [--markdown FILE] [--readme FILE]"],
  flags: {
    quick: { type: "boolean", about: "the main cases with few repeats, in at most five minutes" },
    only: {
      type: "string",
      value: "PART",
      about: "cases whose name contains it, such as ns2d-batch8, step, sampling, loop or rollout",
    },
    json: { type: "string", value: "FILE", about: "write all figures there" },
    markdown: { type: "string", value: "FILE", about: "write the tables there, as Markdown" },
    readme: {
      type: "string",
      value: "FILE",
      about: `put the tables between ${regionMarks(region).join(" and ")} of FILE`,
    },
  },
  notes: [
    "Peers are PyTorch, JAX and NumPy of the Python that EDDYFLOW_PYTHON names, or else of python3. Ours computes on the backend that EDDYFLOW_BACKEND names, or else on the fastest. Leave the machine alone meanwhile.",
  ],
} satisfies CommandSpec;

await runCommand("bench", async ({ argv, signal }) => {
  const { flags, help, positionals, overrides } = parseFlags(argv, spec);
  if (help) {
    console.log(helpText(spec));
    return;
  }
  const [extra] = [...positionals, ...overrides];
  if (extra !== undefined) {
    throw new ArgumentError({
      problem: `the benchmark takes no "${extra}"`,
      expected: "flags alone",
      remedy: `use --only ${extra} to choose cases`,
    });
  }
  const [{ findEngines }, { describeMachine }, { planBenchmarks }, { runBenchmarks }, tables] =
    await Promise.all([
      import("./engines.ts"),
      import("./machine.ts"),
      import("./plan.ts"),
      import("./run-benchmarks.ts"),
      import("./tables.ts"),
    ]);
  const files = { json: flags.json, markdown: flags.markdown };
  for (const file of Object.values(files)) {
    if (file !== undefined) await makeFolder(dirname(userPath(file)));
  }
  if (flags.readme !== undefined) await requireRegion(userPath(flags.readme), region);
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-bench-"));
  try {
    const plan = planBenchmarks({ quick: flags.quick === true, only: flags.only ?? null, folder });
    if (plan.groups.length === 0) {
      throw new ArgumentError({
        problem: `no case has "${flags.only}" in its name`,
        expected: "part of a name such as ns2d-batch8/step, sampling/nfe12, rollout or optimizer",
        remedy: "see tooling/benchmarks/README.md for the cases",
      });
    }
    const bar = progressBar("timing", 100, { unit: "%" });
    const report = await runBenchmarks(plan, await findEngines(), {
      folder,
      signal,
      machine: describeMachine(),
      onProgress: (share, note) => bar.update(Math.floor(100 * share), note),
    });
    bar.finish();
    const text = tables.reportText(report);
    console.log(`\n${text}`);
    if (files.json !== undefined) {
      await writeFile(userPath(files.json), `${JSON.stringify(report, null, 2)}\n`);
    }
    if (files.markdown !== undefined) {
      await writeFile(userPath(files.markdown), tables.reportMarkdown(report));
    }
    if (flags.readme !== undefined) {
      await writeRegion(userPath(flags.readme), region, `\`\`\`\n${text}\n\`\`\``);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
