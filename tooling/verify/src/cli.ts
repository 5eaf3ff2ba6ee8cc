import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  formatDuration,
  makeFolder,
  onlyFlags,
  progressBar,
  regionMarks,
  requireRegion,
  runCommand,
  userPath,
  writeRegion,
} from "command-line";
import { selectChecks } from "./checks.ts";
import { reportMarkdown, reportText } from "./report.ts";
import { runChecks, workOf } from "./run-checks.ts";

/** The place of the table in a page. */
const region = "verify:pde";

const spec = {
  name: "pnpm verify:pde",
  about:
    "checks the solvers against exact solutions, orders of convergence, invariants and statistics.",
  usage: ["pnpm verify:pde [--long] [--only PART] [--json FILE] [--markdown FILE] [--page FILE]"],
  flags: {
    long: { type: "boolean", about: "also run the checks that take minutes" },
    only: {
      type: "string",
      value: "PART",
      about: 'run only checks whose "system: name" contains it',
    },
    threads: { type: "integer", value: "N", min: 1, about: "number of threads; default 2" },
    json: { type: "string", value: "FILE", about: "write all outcomes there" },
    markdown: { type: "string", value: "FILE", about: "write the table there, as Markdown" },
    page: {
      type: "string",
      value: "FILE",
      about: `put the table between ${regionMarks(region).join(" and ")} of FILE`,
    },
  },
  notes: ["Exit codes: 0 every check passed, 1 a check failed, 2 wrong arguments."],
} as const satisfies CommandSpec;

await runCommand("verify:pde", async ({ argv, signal }) => {
  const usage = {
    expected: "only flags, and part of a system or a name after --only",
    remedy: "run it without --only to see all names",
  };
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `unknown argument "${word}"`,
    ...usage,
  }));
  if (flags === null) return;
  const selection = { long: flags.long ?? false, only: flags.only ?? null };
  const checks = selectChecks(selection);
  const total = checks.length;
  if (total === 0) {
    throw new ArgumentError({ problem: `no check has "${flags.only}" in its name`, ...usage });
  }
  if (flags.page !== undefined && flags.only !== undefined) {
    throw new ArgumentError({
      problem: "--only would write only a part of the table",
      expected: "--page without --only",
      remedy: "write that part to a file of its own with --markdown",
    });
  }
  for (const file of [flags.json, flags.markdown]) {
    if (file !== undefined) await makeFolder(dirname(userPath(file)));
  }
  if (flags.page !== undefined) await requireRegion(userPath(flags.page), region);
  const threads = flags.threads ?? 2;
  const estimate = formatDuration(workOf(checks) / threads);
  process.stderr.write(`${total} checks, about ${estimate} on ${threads} idle cores\n`);
  const bar = progressBar("checking", Math.round(workOf(checks)), { unit: "s of work" });
  const outcomes = await runChecks({
    ...selection,
    threads,
    signal,
    onProgress: (done, name) => bar.update(Math.round(done), name),
  });
  bar.finish();
  process.stdout.write(`${reportText(outcomes)}\n`);
  if (flags.json !== undefined) {
    await writeFile(userPath(flags.json), `${JSON.stringify(outcomes, null, 2)}\n`);
  }
  if (flags.markdown !== undefined) {
    await writeFile(userPath(flags.markdown), reportMarkdown(outcomes));
  }
  if (flags.page !== undefined) {
    await writeRegion(userPath(flags.page), region, reportMarkdown(outcomes));
  }
  const failed = outcomes.filter(({ ok }) => !ok).length;
  if (failed > 0) {
    process.stderr.write(`verify:pde: ${failed} of ${total} checks failed\n`);
    process.exit(1);
  }
});
