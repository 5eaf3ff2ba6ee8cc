import { isDeepStrictEqual } from "node:util";
import { fileOfSet, type Manifest, readManifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import {
  ArgumentError,
  CheckpointError,
  type NetworkDescription,
  type OwnNetwork,
  type OwnNetworks,
  type SamplerDescription,
} from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { nfeOf, outsideTraining, samplerText } from "@eddyflow/samplers/descriptions";
import {
  changedModule,
  differentPoints,
  differentStates,
  inSentence,
  type OwnValues,
  say,
  userPath,
} from "command-line";
import type { CheckpointsSpec } from "./checkpoint-spec.ts";

/** A run of a model, of which no weights are read yet. */
export interface PlannedRun {
  /** Of its checkpoint, absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** The networks of one's own that it is made of, by their sets: what `loadSurrogate` takes. */
  readonly networks: OwnNetworks;
}

/** A model of `--models`, whose manifests are read and go together. */
export interface PlannedModel {
  readonly name: string;
  readonly runs: readonly [PlannedRun, ...PlannedRun[]];
  readonly samplers: readonly SamplerDescription[];
}

/** SHA-256 of the weights that a checkpoint computes with: the average, where it has one. */
export function weightsOf({ manifest: { files } }: PlannedRun): string {
  const average = files[fileOfSet("student.average")];
  return (average ?? files[fileOfSet("student")])?.sha256 ?? "";
}

/** Network evaluations of a step by a sampler. */
export const nfeOfPlanned = (
  { runs: [{ manifest }] }: PlannedModel,
  sampler: SamplerDescription,
): number => nfeOf(sampler, (manifest.networks["student"] as NetworkDescription).kind);

/**
 * Reads the manifest of a checkpoint, or of the newest one of a run, and checks that it can forecast these data.
 *
 * @param own - what a module brings.
 * @throws CheckpointError where there is none, it is damaged, or it was trained on states with other channels, points,
 *   cells, boundaries or another interval than `test` has, or has to be told a parameter that the data do not say.
 */
export async function planRun(
  name: string,
  path: string,
  test: TrajectoryStore,
  own: OwnValues,
): Promise<PlannedRun> {
  const folder = await resolveCheckpoint(path);
  const manifest = await readManifest(folderSource(folder));
  const changed = changedModule(manifest.config, own);
  if (changed !== null) say(`${name}: ${changed}`);
  const { grid, channels, frameInterval } = test.description;
  const was = { ...manifest, interval: manifest.clock?.step ?? null };
  const is = { grid, channels, interval: frameInterval };
  const differences = [...differentPoints(was, is), ...differentStates(was, is)];
  if (differences.length > 0) {
    throw new CheckpointError({
      problem: `${name} (${folder}) was trained on states with ${inSentence(differences, "was")}`,
      expected: `${inSentence(differences, "is")}, as in the data to forecast`,
      remedy: "give another checkpoint, or the data that it was trained for",
    });
  }
  const told = manifest.conditioning.parameters.channels;
  const missing = told.find((parameter) => test.description.parameters?.[parameter] === undefined);
  if (missing !== undefined) {
    throw new CheckpointError({
      problem: `${name} (${folder}) has to be told "${missing}", which the test data do not say`,
      expected: `data with the ${told.length === 1 ? "parameter" : "parameters"} ${told.join(", ")}`,
      remedy: "give another checkpoint, or --data the folder that it was trained on",
    });
  }
  const networks = Object.entries(manifest.networks).flatMap(([set, { own: made = "" }]) =>
    Object.hasOwn(own.networks, made) ? [[set, own.networks[made] as OwnNetwork] as const] : [],
  );
  return { folder, manifest, networks: Object.fromEntries(networks) };
}

/**
 * Reads the manifests of a model of `--models`.
 *
 * @param own - what a module brings.
 * @throws CheckpointError as `planRun` does; ArgumentError where its runs differ in more than their seed, are the same, or
 *   one of several budgets is none that the model learnt.
 */
export async function planModel(
  { name, checkpoints, samplers }: CheckpointsSpec & { readonly name: string },
  test: TrajectoryStore,
  own: OwnValues,
): Promise<PlannedModel> {
  const runs: PlannedRun[] = [];
  for (const path of checkpoints) runs.push(await planRun(name, userPath(path), test, own));
  const [first, ...others] = runs as [PlannedRun, ...PlannedRun[]];
  requireSeeds(name, runs, samplers === null);
  const { manifest } = first;
  for (const sampler of samplers !== null && samplers.length > 1 ? samplers : []) {
    const wrong =
      manifest.trainedOn === undefined ? null : outsideTraining(sampler, manifest.trainedOn);
    if (wrong === null) continue;
    throw new ArgumentError({
      problem: `${name} cannot have the budget ${samplerText(sampler)}: it would be ${wrong}`,
      expected: "budgets that the model learnt, to be joined by one line",
      remedy: `leave ${samplerText(sampler)} out, or give it as a contestant of its own, which is marked`,
    });
  }
  return { name, runs: [first, ...others], samplers: samplers ?? [manifest.sampler] };
}

/** Refuses runs that are no seeds of one contestant. */
function requireSeeds(name: string, runs: readonly PlannedRun[], ownSampler: boolean): void {
  const facts: readonly (readonly [string, (run: PlannedRun) => unknown])[] = [
    ["experiment", ({ manifest }) => manifest.experiment],
    ["method", ({ manifest }) => manifest.method],
    ["network", ({ manifest }) => manifest.networks],
    ...(ownSampler ? [["sampler", ({ manifest }: PlannedRun) => manifest.sampler] as const] : []),
  ];
  const [first, ...others] = runs as [PlannedRun, ...PlannedRun[]];
  for (const [what, fact] of facts) {
    const [own, other] = [
      fact(first),
      others.find((run) => !isDeepStrictEqual(fact(run), fact(first))),
    ];
    if (other === undefined) continue;
    const shown = (value: unknown) => (typeof value === "string" ? ` ${value}` : " another");
    throw new ArgumentError({
      problem: `the runs of ${name} are not of one ${what}: ${first.folder} has${typeof own === "string" ? ` ${own}` : " one"}, ${other.folder} has${shown(fact(other))}`,
      expected: "runs that differ in their seed alone",
      remedy: "give each of them a name of its own",
    });
  }
  const twice = runs.find((run, index) =>
    runs.slice(0, index).some((before) => weightsOf(before) === weightsOf(run)),
  );
  if (twice !== undefined) {
    throw new ArgumentError({
      problem: `${name} has the weights of ${twice.folder} twice`,
      expected: "runs of different seeds",
      remedy: "leave one of them out",
    });
  }
}
