import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type MeasuredTraining, measureTraining } from "./measure-training.ts";
import { mustEnd } from "./must-end.ts";
import { peakOf } from "./peak-of.ts";
import { isUpward, type Point, type Slope, slopeOf } from "./slope.ts";
import { type Started, startProcess } from "./start-process.ts";
import type { TrainingCheck } from "./training-check.ts";
import { type Place, runIn, startTraining } from "./trainings.ts";

export interface MemoryOptions {
  readonly signal: AbortSignal;
  /** In about seconds. */
  readonly onProgress: (done: number, total: number) => void;
}

interface Trained extends MeasuredTraining {
  /** What a step takes, in steps of the small model: a guess, for the time that is left. */
  readonly weight: number;
}

const common = { method: "velocity", checkpointEvery: 500, validateEvery: 500 };
const trainings: readonly Trained[] = [
  {
    ...{ ...common, name: "memory-small", title: "a small model", steps: 20_000, weight: 1 },
    more: ["network.features=[4,6]"],
  },
  {
    ...{ ...common, name: "memory-middle", title: "a middle model", steps: 3000, weight: 4 },
    more: ["network.features=[32,64,96]", "training.batchSize=8"],
  },
];

/** Steps of the rollouts whose peaks are compared, each tried several times. */
const rolloutSteps = [50, 100, 200, 400];
const tries = 3;

/** The most resident MiB of a program that runs to its end. */
async function peakUntilEnd(started: Started, signal: AbortSignal): Promise<number> {
  let most = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const ended = await Promise.race([started.ended, sleep(20)]);
      if (ended !== undefined) {
        if (ended.code !== 0) throw new Error(`it ended with ${ended.code}: ${ended.said}`);
        return most;
      }
      most = Math.max(most, peakOf(started.child.pid as number) ?? 0);
    }
  } finally {
    started.kill();
  }
}

/** A slope that is not above 0 by more than three standard errors. */
function check(name: string, slope: Slope, per: number): TrainingCheck {
  const text = (number: number) => (per * number).toPrecision(2);
  const figures = `${text(slope.value)} ± ${text(slope.standardError)} MiB per ${per} steps`;
  const ok = !isUpward(slope);
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
    yield await measureTraining(place, training, {
      signal,
      onStep: (step) => onProgress(done + training.weight * step, total),
    });
    done += training.weight * training.steps;
  }

  const cli = (name: string) => join(import.meta.dirname, `../../../../apps/${name}/src/cli.ts`);
  // One that has learnt little: others may leave what they know after some hundred steps, and end.
  const rough = { ...common, name: "memory-rollouts", steps: 100 };
  await mustEnd("a training", startTraining(place, rough, "--new"));
  const model = runIn(place, rough);
  const long = join(place.runs, "long");
  const simulated = startProcess(process.execPath, [
    ...[cli("simulator"), "ks2d", "--size", "small", "--out", long, "data.numPoints=32"],
    ...["data.extent=30", "data.warmUp=150", `data.frames=${Math.max(...rolloutSteps) + 2}`],
    ...["data.observation.pointStride=2", "data.trajectories.train=1"],
    ...["data.trajectories.validation=1", "data.trajectories.test=1"],
  ]);
  await mustEnd("a simulator", simulated);
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
        points.push({ x: steps, y: await peakUntilEnd(started, signal) });
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
