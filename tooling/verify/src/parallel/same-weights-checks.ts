import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeSafetensors } from "@eddyflow/checkpointing";
import { mustEnd } from "../training/must-end.ts";
import { linesOf } from "../training/read-run.ts";
import { startProcess } from "../training/start-process.ts";
import type { TrainingCheck } from "../training/training-check.ts";
import { type Place, runIn, type Training, teacherOf } from "../training/trainings.ts";
import { jobWords } from "./job-words.ts";
import { type Launcher, lastOf, startJob } from "./launchers.ts";

/** float32 sums in another order. */
const mostDifferent = 1e-5;

export interface SameWeightsOptions {
  readonly place: Place;
  readonly methods: readonly string[];
  readonly steps: number;
  readonly launchers: readonly Launcher[];
  readonly ranks: readonly number[];
  readonly signal: AbortSignal;
}

/** Trains each method in one process and in several, and compares what came of it. */
export async function* sameWeightsChecks({
  place,
  methods,
  steps,
  launchers,
  ranks,
  signal,
}: SameWeightsOptions): AsyncGenerator<TrainingCheck, void, void> {
  const trainingOf = (method: string, name: string): Training => ({
    ...{ method, name, steps, checkpointEvery: steps, validateEvery: steps },
  });
  const made = new Set<string>();
  const makeWhole = async (method: string) => {
    const teacher = teacherOf(method);
    if (teacher !== null && !made.has(teacher)) await makeWhole(teacher);
    const words = jobWords(place, trainingOf(method, "whole"), "--new");
    const alone = startProcess(process.execPath, words);
    await mustEnd(`one process of ${method}`, alone);
    made.add(method);
  };
  for (const method of methods) {
    signal.throwIfAborted();
    if (!made.has(method)) await makeWhole(method);
    const whole = runIn(place, trainingOf(method, "whole"));
    for (const launcher of launchers) {
      for (const count of ranks) {
        signal.throwIfAborted();
        const training = trainingOf(method, `${launcher.name}-${count}`);
        const words = jobWords(place, training, "--new");
        const job = startJob(launcher, count, { words, job: training.name });
        const { code, said } = await job.ended;
        const name = `${method}, ${count} ranks by ${launcher.name}, ${steps} steps`;
        if (code !== 0) {
          yield { name, ok: false, figures: `ended with ${code}`, wrong: [lastOf(said)] };
          continue;
        }
        const run = runIn(place, training);
        const weights = await largestDifference(run, whole, steps);
        const [own, expected] = [await firstLoss(run), await firstLoss(whole)];
        // A student that begins as its teacher may have none.
        const loss = own === expected ? 0 : Math.abs(own / expected - 1);
        const wrong = [
          ...(weights <= mostDifferent ? [] : [`the weights differ by ${weights}`]),
          ...(loss <= mostDifferent ? [] : [`the first loss differs by ${loss}`]),
        ];
        const figures = `weights differ by ${weights.toExponential(1)}, the first loss by ${loss.toExponential(1)}`;
        yield { name, ok: wrong.length === 0, figures, wrong };
      }
    }
  }
}

/** ‖a − b‖ / ‖b‖ over all weights, or over their averages, whichever is larger. */
async function largestDifference(run: string, whole: string, steps: number): Promise<number> {
  const of = async (folder: string, file: string) =>
    decodeSafetensors(await readFile(join(folder, "checkpoints", String(steps), file))).arrays;
  const differences = ["weights.safetensors", "average.safetensors"].map(async (file) => {
    const [own, expected] = await Promise.all([of(run, file), of(whole, file)]);
    let [apart, size] = [0, 0];
    for (const [name, { data }] of Object.entries(expected)) {
      const values = Array.from(data, Number);
      const others = Array.from(own[name]?.data ?? [], Number);
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        apart += ((others[i] ?? Number.NaN) - value) ** 2;
        size += value ** 2;
      }
    }
    return Math.sqrt(apart / size);
  });
  return Math.max(...(await Promise.all(differences)));
}

/** The loss of the first step: weights are still the same, and draws and rows make all of it. */
async function firstLoss(run: string): Promise<number> {
  const [row = "{}"] = await linesOf(run);
  return JSON.parse(row).loss;
}
