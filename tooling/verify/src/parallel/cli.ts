import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { backendNames } from "@eddyflow/backend";
import { type CommandSpec, makeFolder, onlyFlags, runCommand, userPath } from "command-line";
import { mustEnd } from "../training/must-end.ts";
import { exitWhereFailed, finishChecks, sayCheck } from "../training/report-checks.ts";
import type { TrainingCheck } from "../training/training-check.ts";
import { makeData, methodsInOrder, type Place } from "../training/trainings.ts";
import { killedRanksChecks } from "./killed-ranks-checks.ts";
import { isHere, launchers } from "./launchers.ts";
import { sameWeightsChecks } from "./same-weights-checks.ts";

const parts = ["weights", "kills"] as const;

const spec = {
  name: "pnpm verify:parallel",
  about:
    "trains every method in several processes by Open MPI and MPICH, holds the weights against those of one process, and kills ranks.",
  usage: [
    "pnpm verify:parallel [--quick] [--only PART] [--method NAME] [--steps N] [--kills N] [--seed N] [--json FILE]",
  ],
  flags: {
    quick: { type: "boolean", about: "three methods, 10 steps, two ranks, four kills" },
    only: { type: "choice", choices: parts, about: "one part alone" },
    method: {
      type: "choice",
      choices: methodsInOrder.map(({ name }) => name),
      about: "the weights of one method alone",
    },
    steps: { type: "integer", value: "N", min: 1, about: "steps of each training; 200" },
    kills: { type: "integer", value: "N", min: 1, about: "kills by each launcher; 50" },
    seed: { type: "integer", value: "N", min: 0, about: "seed of the moments; 0" },
    backend: {
      type: "choice",
      choices: backendNames,
      about: "what the trainings compute with; cpu, which starts fast, if not given",
    },
    json: { type: "string", value: "FILE", about: "write { seed, checks } there" },
  },
  notes: [
    "A launcher that is not on this machine is left out, and said so.",
    "Exit codes: 0 all is right, 1 something was not, 2 wrong arguments.",
  ],
} as const satisfies CommandSpec;

await runCommand("verify:parallel", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const isQuick = flags.quick === true;
  const { steps = isQuick ? 10 : 200, kills = isQuick ? 4 : 50, seed = 0, backend = "cpu" } = flags;
  for (const { name, program } of launchers.filter((each) => !isHere(each))) {
    process.stdout.write(`${name} left out: ${program} is not on this machine\n`);
  }
  const here = launchers.filter(isHere);
  const all = methodsInOrder.map(({ name }) => name);
  const quick = ["velocity", "flow", "single_step"];
  const methods = flags.method === undefined ? (isQuick ? quick : all) : [flags.method];
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-parallel-"));
  const place: Place = { data: join(folder, "data"), runs: join(folder, "runs"), backend };
  const checks: TrainingCheck[] = [];
  const say = (check: TrainingCheck) => {
    checks.push(check);
    sayCheck(check);
  };
  const isAsked = (part: (typeof parts)[number]) => (flags.only ?? part) === part;
  try {
    if (here.length > 0) await mustEnd("the simulator", makeData(place));
    const common = { place, launchers: here, signal };
    if (isAsked("weights")) {
      const ranks = isQuick ? [2] : [2, 4];
      for await (const check of sameWeightsChecks({ ...common, methods, steps, ranks })) say(check);
    }
    if (isAsked("kills")) {
      for await (const check of killedRanksChecks({ ...common, ranks: 2, kills, seed })) say(check);
    }
  } finally {
    const json = flags.json === undefined ? undefined : userPath(flags.json);
    await finishChecks(checks, { folder, json, more: { seed } });
  }
  exitWhereFailed("verify:parallel", checks);
});
