import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { backendNames, useBackend } from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import { type CommandSpec, makeFolder, onlyFlags, runCommand, userPath } from "command-line";
import { checkGroups } from "./check-groups.ts";
import { type CheckOutcome, runMethodChecks } from "./method-check.ts";

const spec = {
  name: "pnpm verify:methods",
  about: "checks every method against closed forms on Gaussian data.",
  usage: ["pnpm verify:methods [--quick] [--only PART] [--json FILE]"],
  flags: {
    quick: { type: "boolean", about: "train no networks" },
    only: {
      type: "string",
      value: "PART",
      about: 'run only checks whose "method: name" contains it',
    },
    backend: {
      type: "choice",
      choices: backendNames,
      about: "what computes; the fastest if not given",
    },
    json: {
      type: "string",
      value: "FILE",
      about: "write { checks: [{ name, ok, value, bound }] }",
    },
  },
  notes: [
    "A check passes if its value is at most its bound.",
    "Exit codes: 0 every check passed, 1 a check failed, 2 wrong arguments.",
  ],
} as const satisfies CommandSpec;

const short = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));

await runCommand("verify:methods", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `unknown argument "${word}"`,
    expected: "only flags",
    remedy: `use --only ${word} to choose checks`,
  }));
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  await useBackend(flags.backend ?? "auto");
  const checks: CheckOutcome[] = [];
  const selection = { trains: flags.quick !== true, only: flags.only ?? null };
  for await (const outcome of runMethodChecks(checkGroups, selection)) {
    signal.throwIfAborted();
    checks.push(outcome);
    const { name, ok, value, bound } = outcome;
    const figures = `${short(value).padStart(8)} ≤ ${short(bound).padEnd(8)}`;
    process.stdout.write(`${ok ? "ok   " : "WRONG"} ${figures} ${name}\n`);
  }
  if (checks.length === 0) {
    throw new ArgumentError({
      problem: `no check has "${flags.only}" in its name`,
      expected: "part of a method's name or of what is measured",
      remedy: "run it without --only to see all names",
    });
  }
  if (flags.json !== undefined) {
    await writeFile(userPath(flags.json), `${JSON.stringify({ checks }, null, 2)}\n`);
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  if (failed > 0) {
    process.stderr.write(`verify:methods: ${failed} of ${checks.length} checks failed\n`);
    process.exit(1);
  }
});
