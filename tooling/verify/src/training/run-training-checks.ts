import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { endings } from "./endings.ts";
import { killTrainings, type TrainingKills } from "./kill-trainings.ts";
import { measureMemory } from "./measure-memory.ts";
import { differences, readRun } from "./read-run.ts";
import { type KillsReport, runKills } from "./simulators/run-kills.ts";
import type { Started } from "./start-process.ts";
import type { TrainingCheck } from "./training-check.ts";
import {
  makeData,
  methodsInOrder,
  type Place,
  runIn,
  startTraining,
  type Training,
} from "./trainings.ts";

/** What can be checked alone, in this order. */
export const trainingParts = ["simulators", "kills", "endings", "memory"] as const;
export type TrainingPart = (typeof trainingParts)[number];

export interface TrainingChecksOptions {
  readonly parts: readonly TrainingPart[];
  readonly isQuick: boolean;
  /** Kills of simulators and trainings together. */
  readonly kills: number;
  readonly seed: number;
  /** What computes in the part; null for cpu, which starts fast, and the fastest for the memory. */
  readonly backend: string | null;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (part: TrainingPart, done: number, total: number) => void;
}

/** A method that learns from data, one that keeps paths and one with an opponent. */
const quickMethods = ["velocity", "single_step", "adversarial"];

const counts = (killed: Readonly<Record<string, number>>): string =>
  Object.entries(killed)
    .map(([phase, count]) => `${count} at ${phase}`)
    .join(", ");

async function mustEnd(what: string, started: Started): Promise<number> {
  const begun = performance.now();
  const { code, said } = await started.ended;
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${said}`);
  return performance.now() - begun;
}

/**
 * Runs the parts and gives their checks as they are made.
 *
 * @throws the signal's reason where it is aborted, and an Error where an uninterrupted run fails.
 */
export async function* runTrainingChecks({
  parts,
  isQuick,
  kills,
  seed,
  backend,
  folder,
  signal,
  onProgress,
}: TrainingChecksOptions): AsyncGenerator<TrainingCheck, void, void> {
  const place: Place = { folder, backend: backend ?? "cpu" };
  const names = methodsInOrder.map(({ name }) => name);
  const chosen = isQuick ? names.filter((name) => quickMethods.includes(name)) : names;
  const share = Math.ceil(kills / (chosen.length + 1));

  if (parts.includes("simulators")) {
    const made = join(folder, "simulators");
    await mkdir(made);
    const report = await runKills({
      ...{ kills: share, seed, folder: made, signal },
      onProgress: (done) => onProgress("simulators", done, share),
    });
    yield simulatorsCheck(report);
    await rm(made, { recursive: true });
  }
  if (parts.some((part) => part !== "simulators")) await mustEnd("a simulator", makeData(place));

  if (parts.includes("kills")) {
    const steps = 12;
    const training = { steps, checkpointEvery: 3, validateEvery: 4, name: "whole" };
    let done = 0;
    for (const method of names) {
      const isTeacher = methodsInOrder.some(({ teachers = ["velocity"] }) =>
        (teachers as readonly string[])[0]?.includes(method),
      );
      if (!chosen.includes(method) && !isTeacher) continue;
      const own: Training = { ...training, method };
      const wholeMilliseconds = await mustEnd(
        `an uninterrupted ${method}`,
        startTraining(place, own, "--new"),
      );
      if (!chosen.includes(method)) continue;
      const report = await killTrainings({
        ...{ place, training: own, kills: share, seed, wholeMilliseconds, signal },
        onKill: () => onProgress("kills", ++done, share * chosen.length),
      });
      yield killsCheck(report);
    }
  }

  if (parts.includes("endings")) {
    // In a folder of its own: its uninterrupted run is another one.
    const apart = { ...place, folder: join(folder, "endings") };
    await mustEnd("a simulator", makeData(apart));
    const training = { method: "velocity", steps: 60, checkpointEvery: 1000, validateEvery: 5 };
    const whole = { ...training, name: "whole" };
    await mustEnd("an uninterrupted training", startTraining(apart, whole, "--new"));
    const facts = await readRun(runIn(apart, whole));
    const tried = endings.filter(({ isQuick: quick }) => !isQuick || quick === true);
    for (const [i, { name, act }] of tried.entries()) {
      signal.throwIfAborted();
      onProgress("endings", i, tried.length);
      const own = { ...training, name: `ending-${i}` };
      const { wrong, runs = [own.name] } = await act({ place: apart, training: own });
      const after: string[] = [];
      for (const run of runs) {
        const named = { ...training, name: run };
        const { code, said } = await startTraining(apart, named, "--resume").ended;
        if (code === 0) after.push(...differences(await readRun(runIn(apart, named)), facts));
        else after.push(`resumed, it ended with ${code}: ${said.trimEnd().split("\n").at(-1)}`);
      }
      const all = [...wrong, ...after];
      yield { name, ok: all.length === 0, figures: `${runs.length} resumed`, wrong: all };
    }
    onProgress("endings", tried.length, tried.length);
  }

  if (parts.includes("memory")) {
    yield* measureMemory(
      { ...place, backend: backend ?? "auto" },
      {
        signal,
        onProgress: (done, total) => onProgress("memory", done, total),
      },
    );
  }
}

function simulatorsCheck({ killed, finished, wrong }: KillsReport): TrainingCheck {
  return {
    name: "simulators killed",
    ok: wrong.length === 0,
    figures: `${counts(killed)}; three stores each finished ${finished} times`,
    wrong,
  };
}

function killsCheck({ method, killed, finished, wrong }: TrainingKills): TrainingCheck {
  return {
    name: `${method} killed`,
    ok: wrong.length === 0,
    figures: `${counts(killed)}; ${finished} runs finished`,
    wrong,
  };
}
