import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { startEngine } from "../engine-process.ts";
import { networks } from "../networks.ts";
import type { MemoryAnswer, PreparedAnswer, TimeAnswer, Work } from "../protocol.ts";
import { makeLargeStore } from "./make-large-store.ts";

/** What training from a large store took. */
export interface StreamingReport {
  readonly gigabytes: number;
  readonly trajectories: number;
  /** Of a trajectory, 64² with 4 channels. */
  readonly frames: number;
  /** Seconds until the store was open, with the network and the loop. */
  readonly openSeconds: number;
  readonly steps: number;
  /** Of a step, on average. */
  readonly milliseconds: number;
  /** The part of that in which the loop waited for its batch, by its own counters. */
  readonly waitingShare: number;
  /** Largest resident memory of the process, native libraries included. */
  readonly peakBytes: number;
  /** What trained. */
  readonly about: string;
}

interface StreamingOptions {
  readonly gigabytes: number;
  readonly steps: number;
  /** Where the store lies or is made. */
  readonly storeFolder: string;
  /** For what the loop writes. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, note: string) => void;
}

/** Of a trajectory. */
const frames = 500;
const stepsAtATime = 5;
const perStep = ", ms per step";

/** Makes the store where it is not there, and trains the network of ns2d on it by the trainer's loop. */
export async function runStreaming({
  gigabytes,
  steps,
  storeFolder,
  folder,
  signal,
  onProgress,
}: StreamingOptions): Promise<StreamingReport> {
  const dir = join(storeFolder, "store.zarr");
  const trajectories = await makeLargeStore(dir, {
    gigabytes,
    frames,
    signal,
    onProgress: (done, total) => onProgress((0.5 * done) / total, `${done} trajectories made`),
  });
  if (storeFolder !== folder) await symlink(dir, join(folder, "store.zarr"));
  const main = join(import.meta.dirname, "../engine.ts");
  const command = { name: "eddyflow", command: process.execPath, args: [main, "float32"] };
  const engine = await startEngine(command, signal);
  try {
    const begun = performance.now();
    // The noise is normalised as it is; the loop divides by its deviation all the same.
    const [mean, std] = [
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ];
    const work: Work = { kind: "loop", folder, network: networks.ns2d, batch: 8, mean, std };
    await engine.ask<PreparedAnswer>({ request: "prepare", work, file: join(folder, "unused") });
    const openSeconds = (performance.now() - begun) / 1000;
    let figures: Readonly<Record<string, number>> = {};
    for (let done = 0; done < steps; done += stepsAtATime) {
      const repeats = Math.min(stepsAtATime, steps - done);
      const answer = await engine.ask<TimeAnswer>({ request: "time", index: 0, repeats });
      figures = answer.figures ?? {};
      onProgress(0.5 + (0.5 * done) / steps, `${done} steps trained`);
    }
    const { peakBytes } = await engine.ask<MemoryAnswer>({ request: "memory" });
    const parts = Object.entries(figures).filter(([name]) => name.endsWith(perStep));
    const milliseconds = parts.reduce((sum, [, value]) => sum + value, 0);
    const waitingShare = (figures[`data${perStep}`] as number) / milliseconds;
    const { about } = engine;
    const measured = { openSeconds, steps, milliseconds, waitingShare, peakBytes, about };
    return { gigabytes, trajectories, frames, ...measured };
  } finally {
    await engine.end();
  }
}
