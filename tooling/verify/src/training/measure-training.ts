import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lineReader } from "./line-reader.ts";
import { type MemorySample, memoryKinds } from "./memory-sample.ts";
import { driftOf, isUpward } from "./slope.ts";
import type { TrainingCheck } from "./training-check.ts";
import { type Place, runIn, startTraining, type Training } from "./trainings.ts";

export interface MeasuredTraining extends Training {
  readonly title: string;
  /** Further words. */
  readonly more: readonly string[];
}

export interface MeasureTrainingOptions {
  readonly signal: AbortSignal;
  readonly onStep: (step: number) => void;
}

/** Training until memory has settled is not counted. */
const settlingShare = 0.2;
const blocks = 20;
const pollMilliseconds = 250;

/** Samples of memory, each with the step that it was taken after. */
async function sampled(
  place: Place,
  { title, more, ...training }: MeasuredTraining,
  { signal, onStep }: MeasureTrainingOptions,
): Promise<readonly (MemorySample & { readonly step: number })[]> {
  await mkdir(place.runs, { recursive: true });
  const report = join(place.runs, `${training.name}.memory`);
  const started = startTraining(place, training, "--new", {
    more,
    node: ["--expose-gc", "--import", new URL("./report-memory.ts", import.meta.url).href],
    env: { EDDYFLOW_REPORT_MEMORY: report },
  });
  const [rows, reports] = [join(runIn(place, training), "metrics.jsonl"), report].map(lineReader);
  const samples: (MemorySample & { readonly step: number })[] = [];
  let step = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const ended = await Promise.race([started.ended, sleep(pollMilliseconds)]);
      step += rows?.().length ?? 0;
      for (const line of reports?.() ?? []) samples.push({ step, ...JSON.parse(line) });
      onStep(step);
      if (ended === undefined) continue;
      if (ended.code !== 0) throw new Error(`${title} ended with ${ended.code}: ${ended.said}`);
      return samples;
    }
  } finally {
    started.kill();
  }
}

/** Whether memory grows with the steps of a training. */
export async function measureTraining(
  place: Place,
  training: MeasuredTraining,
  options: MeasureTrainingOptions,
): Promise<TrainingCheck> {
  const { title, steps } = training;
  const samples = (await sampled(place, training, options)).filter(
    ({ step }) => step > settlingShare * steps,
  );
  if (samples.length < 2 * blocks) throw new Error(`${title} ended too soon to be measured`);
  const text = (number: number) => (1000 * number).toPrecision(2);
  const found = memoryKinds.map((kind) => {
    const points = samples.map(({ step, ...of }) => ({ x: step, y: of[kind] }));
    const drift = driftOf(points, blocks);
    const last = points.at(-1)?.y.toPrecision(3);
    return {
      figures: `${kind} ${text(drift.value)} ± ${text(drift.standardError)} (${last})`,
      grows: isUpward(drift),
    };
  });
  const wrong = found.filter(({ grows }) => grows).map(({ figures }) => `memory grows: ${figures}`);
  return {
    name: `${title} trained for ${steps} steps`,
    ok: wrong.length === 0,
    figures: `${found.map(({ figures }) => figures).join(", ")} MiB per 1000 steps (MiB at the end)`,
    wrong,
  };
}
