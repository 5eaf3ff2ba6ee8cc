import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type CommandSpec, makeFolder, onlyFlags, runCommand, userPath } from "command-line";
import { exitWhereFailed, finishChecks, sayCheck } from "../training/report-checks.ts";
import type { TrainingCheck } from "../training/training-check.ts";
import { clusterParts, runClusterChecks } from "./run-cluster-checks.ts";

const spec = {
  name: "pnpm verify:cluster",
  about:
    "fills one store by several processes, and sends the job scripts of tooling/slurm through a Slurm of this machine alone.",
  usage: ["pnpm verify:cluster [--quick] [--only PART] [--json FILE]"],
  flags: {
    quick: { type: "boolean", about: "a store of 200 trajectories in place of 10,000" },
    only: { type: "choice", choices: clusterParts, about: "one part alone" },
    json: { type: "string", value: "FILE", about: "write { checks, skipped } there" },
  },
  notes: [
    "Slurm comes from Debian's packages slurm-wlm and munge; where it is not there or does not start, its part is left out, and a line says why.",
    "Exit codes: 0 all is right, 1 something was not, 2 wrong arguments.",
  ],
} as const satisfies CommandSpec;

await runCommand("verify:cluster", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-cluster-"));
  const checks: TrainingCheck[] = [];
  const skipped: string[] = [];
  try {
    for await (const result of runClusterChecks({
      parts: flags.only === undefined ? clusterParts : [flags.only],
      isQuick: flags.quick === true,
      folder,
      signal,
    })) {
      if ("skipped" in result) {
        skipped.push(result.skipped);
        process.stdout.write(`left out: ${result.skipped}\n`);
        continue;
      }
      checks.push(result);
      sayCheck(result);
    }
  } finally {
    const json = flags.json === undefined ? undefined : userPath(flags.json);
    await finishChecks(checks, { folder, json, more: { skipped } });
  }
  exitWhereFailed("verify:cluster", checks);
});
