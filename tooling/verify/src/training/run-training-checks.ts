import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { endingsChecks } from "./endings-checks.ts";
import { killsChecks } from "./kills-checks.ts";
import { measureMemory } from "./measure-memory.ts";
import { mustEnd } from "./must-end.ts";
import { type KillsReport, runKills } from "./simulators/run-kills.ts";
import type { TrainingCheck } from "./training-check.ts";
import { makeData, methodsInOrder, type Place } from "./trainings.ts";

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
  const place: Place = {
    data: join(folder, "data"),
    runs: join(folder, "runs"),
    backend: backend ?? "cpu",
  };
  const methods = isQuick ? quickMethods : methodsInOrder.map(({ name }) => name);
  const share = Math.ceil(kills / (methods.length + 1));
  // It also fills the caches of the disk: the first simulator takes longer than those that are killed.
  await mustEnd("a simulator", makeData(place));

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
  if (parts.includes("kills")) {
    let done = 0;
    yield* killsChecks({
      ...{ place, methods, kills: share, seed, signal },
      onKill: () => onProgress("kills", ++done, share * methods.length),
    });
  }
  if (parts.includes("endings")) {
    yield* endingsChecks({
      // Its uninterrupted run is another one.
      place: { ...place, runs: join(folder, "endings") },
      ...{ isQuick, signal },
      onProgress: (done, total) => onProgress("endings", done, total),
    });
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
  const counts = Object.entries(killed).map(([phase, count]) => `${count} at ${phase}`);
  return {
    name: "simulators killed",
    ok: wrong.length === 0,
    figures: `${counts.join(", ")}; three stores each finished ${finished} times`,
    wrong,
  };
}
