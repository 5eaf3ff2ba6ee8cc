import { join } from "node:path";
import { type Method, methods } from "@eddyflow/methods";
import { type Started, type StartOptions, startProcess } from "./start-process.ts";

const app = (name: string) => join(import.meta.dirname, `../../../../apps/${name}/src/cli.ts`);

/** Where trainings are run. */
export interface Place {
  readonly data: string;
  readonly runs: string;
  readonly backend: string;
}

/** One training of a tiny network. */
export interface Training {
  readonly method: string;
  readonly name: string;
  readonly steps: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
  readonly validateEvery: number;
}

const experiment = "ks2d";

/** Makes the data of all trainings: 16 × 16 points of Kuramoto–Sivashinsky. */
export const makeData = (place: Place): Started =>
  startProcess(process.execPath, [
    ...[app("simulator"), experiment, "--size", "small", "--out", place.data],
    ...["data.numPoints=32", "data.extent=30", "data.warmUp=150", "data.frames=12"],
    ...["data.observation.pointStride=2", "data.trajectories.train=2"],
    ...["data.trajectories.validation=1", "data.trajectories.test=1"],
  ]);

/** All methods, those that teach before those that learn from them. */
export const methodsInOrder: readonly Method[] = (methods as readonly Method[]).toSorted(
  (a, b) =>
    Number(a.needsTeacher === true) - Number(b.needsTeacher === true) ||
    Number("teachers" in a) - Number("teachers" in b),
);

/** The folder of a run. */
export const runIn = ({ runs }: Place, { method, name }: Training): string =>
  join(runs, experiment, method, name);

/** The method whose run "whole" teaches a method; null where it needs no teacher. */
export function teacherOf(name: string): string | null {
  const method = methodsInOrder.find((each) => each.name === name);
  const { teachers = ["velocity"] } = method ?? {};
  return method?.needsTeacher === true ? (teachers[0] as string) : null;
}

/** The words that begin a training, or go on with it. */
export function wordsOf(place: Place, training: Training, mode: "--new" | "--resume"): string[] {
  const { method: name, steps, checkpointEvery, validateEvery } = training;
  const teacher = teacherOf(name);
  const teacherRun = { ...training, method: teacher ?? "", name: "whole" };
  return [
    ...[experiment, name, mode, "--name", training.name, "--size", "small"],
    ...(teacher === null ? [] : ["--teacher", runIn(place, teacherRun)]),
    ...["--data", place.data, "--out", place.runs, "--backend", place.backend],
    ...["network.features=[4]", "training.batchSize=2", "training.validationPairs=2"],
    ...[`training.checkpointEvery=${checkpointEvery}`, `training.validateEvery=${validateEvery}`],
    ...["models.velocity.sampler.steps=2", "--max-iters", String(steps)],
  ];
}

interface TrainingOptions extends StartOptions {
  /** Further words. */
  readonly more?: readonly string[];
  /** Options of Node.js. */
  readonly node?: readonly string[];
}

/** Starts a training, or goes on with it. */
export const startTraining = (
  place: Place,
  training: Training,
  mode: "--new" | "--resume",
  options: TrainingOptions = {},
): Started =>
  startProcess(
    process.execPath,
    [
      ...(options.node ?? []),
      app("trainer"),
      ...wordsOf(place, training, mode),
      ...(options.more ?? []),
    ],
    options,
  );
