import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { backendNames } from "@eddyflow/backend";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  type ProgressBar,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { exitWhereFailed, finishChecks, sayCheck } from "./report-checks.ts";
import { runTrainingChecks, type TrainingPart, trainingParts } from "./run-training-checks.ts";
import type { TrainingCheck } from "./training-check.ts";

const spec = {
  name: "pnpm verify:training",
  about:
    "kills and ends simulators and trainings in every way, and holds what becomes of them against uninterrupted ones; measures whether memory grows.",
  usage: ["pnpm verify:training [--quick] [--only PART] [--kills N] [--seed N] [--json FILE]"],
  flags: {
    quick: {
      type: "boolean",
      about: "a few kills of three methods and five endings, no memory",
    },
    only: { type: "choice", choices: trainingParts, about: "one part alone" },
    kills: { type: "integer", value: "N", min: 1, about: "kills that meet one at work; 500" },
    seed: { type: "integer", value: "N", min: 0, about: "seed of the moments; 0" },
    backend: {
      type: "choice",
      choices: backendNames,
      about:
        "what the trainings compute with; if not given cpu, which starts fast, and the fastest for the memory",
    },
    json: { type: "string", value: "FILE", about: "write { seed, checks } there" },
  },
  notes: [
    "Kills go in equal shares to simulators and to each method.",
    "Exit codes: 0 all is right, 1 something was not, 2 wrong arguments.",
  ],
} as const satisfies CommandSpec;

await runCommand("verify:training", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const isQuick = flags.quick === true;
  const { kills = isQuick ? 8 : 500, seed = 0, backend = null } = flags;
  const all: readonly TrainingPart[] = isQuick
    ? trainingParts.filter((part) => part !== "memory")
    : trainingParts;
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-training-"));
  const checks: TrainingCheck[] = [];
  const bars = new Map<TrainingPart, ProgressBar>();
  try {
    for await (const check of runTrainingChecks({
      parts: flags.only === undefined ? all : [flags.only],
      ...{ isQuick, kills, seed, backend, folder, signal },
      onProgress(part, done, total) {
        const bar = bars.get(part) ?? progressBar(part, total);
        bars.set(part, bar);
        bar.update(done);
      },
    })) {
      checks.push(check);
      sayCheck(check);
    }
  } finally {
    const json = flags.json === undefined ? undefined : userPath(flags.json);
    await finishChecks(checks, { folder, json, more: { seed } });
  }
  exitWhereFailed("verify:training", checks);
});
