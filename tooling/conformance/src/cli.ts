import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { backendNames } from "@eddyflow/backend";
import {
  type CommandSpec,
  helpText,
  parseFlags,
  regionMarks,
  requireRegion,
  runCommand,
  userPath,
  writeRegion,
} from "command-line";
import { selectCases } from "./cases.ts";
import { missingCases } from "./coverage.ts";
import { type BackendReport, runBackend } from "./run-backend.ts";
import { failuresOf, formatRefusals, formatRuns, formatTable } from "./summary.ts";

const root = join(import.meta.dirname, "../../..");

/** The place of the table in a page. */
const region = "conformance";

const spec = {
  name: "conformance",
  about:
    "compares every operation, its value and its gradient, with Float64 on every backend of this machine.",
  usage: ["pnpm conformance [--backend NAME] [--quick] [--json FILE] [--readme FILE]"],
  flags: {
    backend: { type: "choice", choices: backendNames, about: "only this backend" },
    quick: { type: "boolean", about: "a few cases of each operation" },
    json: { type: "string", value: "FILE", about: "write the outcome of every case to FILE" },
    readme: {
      type: "string",
      value: "FILE",
      about: `put the tables between ${regionMarks(region).join(" and ")} of FILE`,
    },
  },
  notes: [
    "A cell says ok with the largest error of value · gradient, relative to the largest number of the reference; WRONG, CRASHED, refused (an error instead of a number) or unavailable.",
    "Exit codes: 0 nothing is wrong, 1 a wrong value, a crash or an operation without a case, 2 wrong arguments.",
  ],
} as const satisfies CommandSpec;

await runCommand("conformance", async ({ argv, signal }) => {
  const { flags, help } = parseFlags(argv, spec);
  if (help) {
    process.stdout.write(helpText(spec));
    return;
  }
  const quick = flags.quick ?? false;
  if (flags.readme !== undefined) await requireRegion(userPath(flags.readme), region);
  const reports: BackendReport[] = [];
  for (const name of flags.backend === undefined ? backendNames : [flags.backend]) {
    signal.throwIfAborted();
    process.stderr.write(`conformance: ${name} …\n`);
    reports.push(await runBackend(name, quick));
  }
  const failures = [...failuresOf(reports), ...missingCases(root, selectCases(quick), reports)];
  if (flags.json !== undefined) {
    await writeFile(userPath(flags.json), `${JSON.stringify({ reports, failures }, null, 1)}\n`);
  }
  const text = [formatTable(reports), formatRefusals(reports), formatRuns(reports)].join("\n\n");
  process.stdout.write(`${text}\n`);
  if (flags.readme !== undefined) {
    await writeRegion(userPath(flags.readme), region, `\`\`\`\n${text}\n\`\`\``);
  }
  if (failures.length > 0) {
    process.stderr.write(`${failures.join("\n")}\n`);
    process.stderr.write(`conformance: ${failures.length} failures\n`);
    process.exit(1);
  }
});
