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
/** The first loss, where the weights are still the same, shows the draws and the rows. */
const smooth = { weights: mostDifferent, steps: 1 };
/**
 * |x − y| of the CRPS has a kink at 0: where two values are as near as rounding, sums in another order give the gradient the
 * other sign, and a rollout of many steps makes the difference grow. Such a method has to agree to rounding for a while first.
 */
const kinked: Readonly<Record<string, { readonly weights: number; readonly steps: number }>> = {
  rollout_crps: { weights: 1e-3, steps: 50 },
};

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
        const [own, expected] = await Promise.all([lossesOf(run), lossesOf(whole)]);
        const alike = stepsAlike(own, expected);
        const { weights: bound, steps: least } = kinked[method] ?? smooth;
        const wrong = [
          ...(weights <= bound ? [] : [`the weights differ by ${weights}, more than ${bound}`]),
          ...(alike >= least ? [] : [`the losses are alike for ${alike} steps, not ${least}`]),
        ];
        const figures = `weights differ by ${weights.toExponential(1)}, losses alike for ${alike} steps`;
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

/** The losses of all steps that a run wrote down. */
const lossesOf = async (run: string): Promise<readonly number[]> =>
  (await linesOf(run)).map((line) => JSON.parse(line).loss);

/**
 * From the first step on, where the weights are still the same, and draws and rows make all of it: how many losses follow each
 * other that are the same but for rounding. A student that begins as its teacher may have none, 0 in both.
 */
function stepsAlike(own: readonly number[], expected: readonly number[]): number {
  const apart = expected.findIndex((loss, step) => {
    const other = own[step] ?? Number.NaN;
    return !(other === loss || Math.abs(other / loss - 1) <= mostDifferent);
  });
  return apart === -1 ? expected.length : apart;
}
