import { join } from "node:path";
import { type Method, methods } from "@eddyflow/methods";
import { type Started, type StartOptions, startProcess } from "./start-process.ts";

const app = (name: string) => join(import.meta.dirname, `../../../../apps/${name}/src/cli.ts`);

/** Where trainings are run, with which seed and steps. */
export interface Place {
  /** Of data and runs. */
  readonly folder: string;
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
export const dataIn = ({ folder }: Place): string => join(folder, "data");

/** Makes the data of all trainings: 16 × 16 points of Kuramoto–Sivashinsky. */
export const makeData = (place: Place): Started =>
  startProcess(process.execPath, [
    ...[app("simulator"), experiment, "--size", "small", "--out", dataIn(place)],
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
export const runIn = ({ folder }: Place, { method, name }: Training): string =>
  join(folder, "runs", experiment, method, name);

/** The words that begin a training, or go on with it. A student's teacher is the run "whole" of its teacher's method. */
export function wordsOf(place: Place, training: Training, mode: "--new" | "--resume"): string[] {
  const { method: name, steps, checkpointEvery, validateEvery } = training;
  const method = methodsInOrder.find((each) => each.name === name);
  const { teachers = ["velocity"] } = method ?? {};
  const teacher = { ...training, method: teachers[0] as string, name: "whole" };
  return [
    ...[experiment, name, mode, "--name", training.name, "--size", "small"],
    ...(method?.needsTeacher === true ? ["--teacher", runIn(place, teacher)] : []),
    ...["--data", dataIn(place), "--out", join(place.folder, "runs"), "--backend", place.backend],
    ...["network.features=[4,6]", "training.batchSize=2", "training.validationPairs=2"],
    ...[`training.checkpointEvery=${checkpointEvery}`, `training.validateEvery=${validateEvery}`],
    ...["models.velocity.sampler.steps=2", "--max-iters", String(steps)],
  ];
}

/** The program that trains, with what comes before its words. */
const trainer = [process.execPath, app("trainer")] as const;

/** Starts a training, or goes on with it. */
export const startTraining = (
  place: Place,
  training: Training,
  mode: "--new" | "--resume",
  options: StartOptions & { readonly more?: readonly string[] } = {},
): Started =>
  startProcess(
    trainer[0],
    [trainer[1], ...wordsOf(place, training, mode), ...(options.more ?? [])],
    options,
  );
