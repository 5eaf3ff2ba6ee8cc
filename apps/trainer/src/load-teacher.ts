import { loadParams, readManifest } from "@eddyflow/checkpointing";
import { folderSource } from "@eddyflow/checkpointing/node";
import {
  CheckpointError,
  type Conditioning,
  type Grid,
  isEddyflowError,
  type NetworkDescription,
  type Normalisation,
  type Params,
} from "@eddyflow/core";
import type { Teacher } from "@eddyflow/methods";
import { parameterShapes } from "@eddyflow/models";
import { changedModule, differentStates, inSentence, type OwnValues, say } from "command-line";
import { taughtSet } from "./find-teacher.ts";
import type { TaughtBy } from "./run-config.ts";

export interface LoadTeacherOptions {
  /** What it is to the run, and the flag that gives it. */
  readonly role: "teacher" | "start";
  /** The network of a velocity field for the student's data, as wide as the student. */
  readonly network: NetworkDescription;
  readonly channels: readonly string[];
  /** Of the states that the student learns from. */
  readonly grid: Grid;
  /** Physical time from one to the next. */
  readonly dt: number;
  /** States in the condition. */
  readonly history: number;
  /** Parameters of the trajectory in the condition. */
  readonly told: readonly string[];
  /** What the experiment's module brings. */
  readonly own: OwnValues;
}

/** A teacher with the units that it computes in. The holder disposes its weights. */
export interface LoadedTeacher extends Teacher {
  readonly normalisation: Normalisation;
  readonly conditioning: Conditioning;
}

/**
 * Reads the weights of a model that a run learns from, or begins with.
 *
 * @throws CheckpointError where it is another network than the student's, or is for other states, or is not
 *   the one that the run was begun with.
 */
export async function loadTeacher(
  { checkpoint, sha256 }: TaughtBy,
  { role, network, channels, grid, dt, history, told, own }: LoadTeacherOptions,
): Promise<LoadedTeacher> {
  const refuse = (problem: string, expected: string, remedy: string, cause?: unknown) =>
    new CheckpointError({
      problem: `the ${role} ${checkpoint} ${problem}`,
      expected,
      remedy,
      cause,
    });
  const refuseOther = (problem: string, cause?: unknown) =>
    refuse(
      problem,
      `weights with SHA-256 ${sha256.slice(0, 8)}…`,
      `give --${role} where it lies now, or begin another run with --new`,
      cause,
    );
  const source = folderSource(checkpoint);
  const manifest = await readManifest(source).catch((error: unknown) => {
    if (!isEddyflowError(error, "CheckpointError")) throw error;
    throw refuseOther(`cannot be read (${error.problem})`, error);
  });
  const changed = changedModule(manifest.config, own);
  if (changed !== null) say(`the ${role}: ${changed}`);
  const { set, file } = taughtSet(manifest);
  if (manifest.files[file]?.sha256 !== sha256) {
    throw refuseOther("is not the one that the run was begun with");
  }
  const taught = manifest.networks["student"];
  if (taught === undefined) {
    throw refuse("has no network to learn from", 'networks with "student"', "give another run");
  }
  const differences = differentStates(
    { channels: manifest.channels, grid: manifest.grid, interval: manifest.clock?.step ?? null },
    { channels, grid, interval: dt },
  );
  if (differences.length > 0) {
    throw refuse(
      `was trained on states with ${inSentence(differences, "was")}`,
      `${inSentence(differences, "is")}, as in the data`,
      `give a ${role} of this experiment, or its --data`,
    );
  }
  const { features, padding, position = [], own: made } = taught;
  if (made !== network.own) {
    const named = (name: string | undefined) => (name === undefined ? "the U-Net" : `"${name}"`);
    throw refuse(
      `is made of ${named(made)}`,
      `${named(network.own)}, as the student`,
      `give a ${role} of this experiment`,
    );
  }
  if (
    String(features) !== String(network.features) ||
    String(padding) !== String(network.padding)
  ) {
    throw refuse(
      `has features [${features.join(", ")}] and padding ${String(padding)}`,
      `[${network.features.join(", ")}] and ${String(network.padding)}`,
      `give its own --size, or network.features=[${features.join(",")}]`,
    );
  }
  const { position: wanted = [] } = network;
  if (String(position) !== String(wanted)) {
    throw refuse(
      `is told its position along the axes [${position.join(", ")}]`,
      `[${wanted.join(", ")}]`,
      `give a ${role} of this experiment`,
    );
  }
  const { conditioning } = manifest;
  const knows = conditioning.parameters.channels;
  if (conditioning.history !== history || String(knows) !== String(told)) {
    throw refuse(
      `is told ${conditioning.history} previous states and the parameters [${knows.join(", ")}]`,
      `${history} and [${told.join(", ")}]`,
      `write data.history=${conditioning.history} data.parameters=${JSON.stringify(knows)}`,
    );
  }
  const { method, networks, sampler, trainedOn, normalisation } = manifest;
  const sets: Record<string, Params> = {};
  for (const [name, description] of Object.entries(networks)) {
    const file = name === "student" ? set : name;
    sets[name] = await loadParams(source, file, parameterShapes(description, own));
  }
  return {
    method,
    networks,
    sampler,
    ...(trainedOn && { trainedOn }),
    normalisation,
    conditioning,
    sets,
  };
}
