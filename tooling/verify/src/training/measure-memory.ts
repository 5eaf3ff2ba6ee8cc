import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { residentOf } from "./resident.ts";
import { blockMeans, type Point, type Slope, slopeOf } from "./slope.ts";
import { type Started, startProcess } from "./start-process.ts";
import type { TrainingCheck } from "./training-check.ts";
import { type Place, runIn, startTraining, type Training } from "./trainings.ts";

export interface MemoryOptions {
  readonly signal: AbortSignal;
  /** In about seconds. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Training until memory has settled is not counted. */
const settlingShare = 0.2;
const blocks = 20;
const sampleMilliseconds = 250;

interface Trained extends Training {
  readonly title: string;
  readonly more: readonly string[];
  /** What a step takes, in steps of the small model: a guess, for the time that is left. */
  readonly weight: number;
}

const common = { method: "velocity", checkpointEvery: 500, validateEvery: 500 };
const trainings: readonly Trained[] = [
  { ...common, name: "memory-small", title: "a small model", steps: 20_000, weight: 1, more: [] },
  {
    ...{ ...common, name: "memory-middle", title: "a middle model", steps: 3000, weight: 4 },
    more: ["network.features=[32,64,96]", "training.batchSize=8"],
  },
];

/** Steps of the rollouts whose peaks are compared, each tried several times. */
const rolloutSteps = [50, 100, 200, 400];
const tries = 3;

/** The number of lines of a file that grows, read on from where it was. */
function lineCounter(path: string): () => number {
  let [at, lines] = [0, 0];
  const chunk = Buffer.alloc(1 << 16);
  return () => {
    try {
      const file = openSync(path, "r");
      for (let read = 1; read > 0; ) {
        read = readSync(file, chunk, 0, chunk.length, at);
        at += read;
        for (const byte of chunk.subarray(0, read)) if (byte === 10) lines++;
      }
      closeSync(file);
    } catch {
      // It is not there yet.
    }
    return lines;
  };
}

/** Samples of step and resident MiB while a training runs. */
async function sampled(
  place: Place,
  { more, ...training }: Trained,
  { signal, onStep }: { readonly signal: AbortSignal; readonly onStep: (step: number) => void },
): Promise<readonly Point[]> {
  const started = startTraining(place, training, "--new", { more });
  const step = lineCounter(join(runIn(place, training), "metrics.jsonl"));
  const points: Point[] = [];
  try {
    for (;;) {
      signal.throwIfAborted();
      const ended = await Promise.race([started.ended, sleep(sampleMilliseconds)]);
      if (ended !== undefined) {
        if (ended.code !== 0) throw new Error(`a training ended with ${ended.code}: ${ended.said}`);
        return points;
      }
      const resident = residentOf(started.child.pid as number);
      const x = step();
      if (resident !== null && x > settlingShare * training.steps) {
        points.push({ x, y: resident.now });
      }
      onStep(x);
    }
  } finally {
    started.kill();
  }
}

/** The most resident MiB of a program that runs to its end. */
async function peakOf(started: Started, signal: AbortSignal): Promise<number> {
  let most = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const ended = await Promise.race([started.ended, sleep(20)]);
      if (ended !== undefined) {
        if (ended.code !== 0) throw new Error(`it ended with ${ended.code}: ${ended.said}`);
        return most;
      }
      most = Math.max(most, residentOf(started.child.pid as number)?.most ?? 0);
    }
  } finally {
    started.kill();
  }
}

/** A slope that is not above 0 by more than three standard errors. */
function check(name: string, { value, standardError }: Slope, per: number): TrainingCheck {
  const text = (number: number) => (per * number).toPrecision(2);
  const figures = `${text(value)} ± ${text(standardError)} MiB per ${per} steps`;
  const ok = value <= 3 * standardError;
  return { name, ok, figures, wrong: ok ? [] : [`memory grows: ${figures}`] };
}

/** Whether memory grows with the steps of trainings and rollouts. */
export async function* measureMemory(
  place: Place,
  { signal, onProgress }: MemoryOptions,
): AsyncGenerator<TrainingCheck, void, void> {
  const starts = 2 * rolloutSteps.length * tries;
  // A start takes about as long as some hundred steps of the small model.
  const total =
    trainings.reduce((sum, { steps, weight }) => sum + weight * steps, 0) + 500 * starts;
  let done = 0;
  for (const training of trainings) {
    const points = await sampled(place, training, {
      signal,
      onStep: (step) => onProgress(done + training.weight * step, total),
    });
    done += training.weight * training.steps;
    yield check(
      `${training.title} trained for ${training.steps} steps`,
      slopeOf(blockMeans(points, blocks)),
      1000,
    );
  }

  const cli = (name: string) => join(import.meta.dirname, `../../../../apps/${name}/src/cli.ts`);
  const model = runIn(place, trainings[0] as Training);
  const long = join(place.runs, "long");
  const simulated = await startProcess(process.execPath, [
    ...[cli("simulator"), "ks2d", "--size", "small", "--out", long, "data.numPoints=32"],
    ...["data.extent=30", "data.warmUp=150", `data.frames=${Math.max(...rolloutSteps) + 2}`],
    ...["data.observation.pointStride=2", "data.trajectories.train=1"],
    ...["data.trajectories.validation=1", "data.trajectories.test=1"],
  ]).ended;
  if (simulated.code !== 0) throw new Error(`a simulator failed: ${simulated.said}`);
  const programs: Readonly<Record<string, (steps: number, out: string) => readonly string[]>> = {
    predict: (steps, out) => [
      ...["predict", `${model}@midpoint:4`, "--from", join(place.data, "test.zarr")],
      ...["--steps", String(steps), "--out", out],
    ],
    "the evaluator": (steps, out) => [
      ...["ks2d", "--models", `a=${model}@midpoint:4`, "--mode", "rollout", "--size", "small"],
      ...["--rollout-len", String(steps), "--rollouts", "1", "--members", "2"],
      ...["--data", long, "--out", out],
    ],
  };
  for (const [name, words] of Object.entries(programs)) {
    const points: Point[] = [];
    for (let i = 0; i < tries; i++) {
      for (const steps of rolloutSteps) {
        const out = join(place.runs, `${name.replace(" ", "-")}-${steps}-${i}`);
        const started = startProcess(process.execPath, [
          ...[cli("evaluator"), ...words(steps, out), "--backend", place.backend],
        ]);
        points.push({ x: steps, y: await peakOf(started, signal) });
        done += 500;
        onProgress(done, total);
      }
    }
    yield check(
      `${name} for ${rolloutSteps.join(", ")} steps, ${tries} times each`,
      slopeOf(points),
      100,
    );
  }
}
