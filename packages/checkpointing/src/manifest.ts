import {
  type Boundary,
  CheckpointError,
  type Conditioning,
  type Grid,
  type NetworkDescription,
  type NetworkKind,
  type Normalisation,
  type Padding,
  type SamplerDescription,
  type TrainedOn,
} from "@eddyflow/core";
import { upgradeManifest } from "./upgrade-manifest.ts";

/** What a checkpoint is: everything besides the numbers. Stored as `manifest.json`. */
export interface Manifest {
  readonly format: "eddyflow-checkpoint";
  /** 3 holds the SHA-256 of its own content where it is stored, 2 does not. */
  readonly version: 2 | 3;
  readonly experiment: string;
  /** The name of the method that trained it: "velocity", "flow", "velocity_pd". */
  readonly method: string;
  /** Training steps done. */
  readonly step: number;
  /** The description of each network by the name of its set: "student", "velocity". */
  readonly networks: Readonly<Record<string, NetworkDescription>>;
  /** How the model is meant to be run. */
  readonly sampler: SamplerDescription;
  /** The steps that it learnt to make; absent where any will do, and in checkpoints older than this field. */
  readonly trainedOn?: TrainedOn;
  /** What the condition of the model is made of. */
  readonly conditioning: Conditioning;
  readonly normalisation: Normalisation;
  /** What it was trained on, by which a run that goes on knows its data again; absent in checkpoints older than this. */
  readonly data?: DataFacts;
  /** Of the state that the model sees. */
  readonly grid: Grid;
  readonly channels: readonly string[];
  /**
   * The physical time that a step of the model spans, and the channel of the state that holds the time, which a
   * rollout takes from the clock, or null; null as a whole where the span is not known.
   */
  readonly clock: { readonly step: number; readonly channel: string | null } | null;
  /** The network that made the targets: the hash of its weights file and its run; null without one. */
  readonly teacher: { readonly sha256: string; readonly run: string } | null;
  /** What checkpoints of a run are compared by, the lower the better; absent where it was not measured. */
  readonly score?: { readonly name: string; readonly value: number };
  /** Size and SHA-256 (hexadecimal) of each other file of the checkpoint. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  /** The resolved configuration of the run. */
  readonly config: object;
}

/** What the data of a training were. */
export interface DataFacts {
  readonly train: SplitFacts;
  readonly validation: SplitFacts;
  /** Measured on the training split; a student computes in the units of its teacher all the same. */
  readonly normalisation: Normalisation;
}

/** What a split of the data was. */
export interface SplitFacts {
  readonly trajectories: number;
  /** Of each trajectory. */
  readonly frames: number;
  /** Hash of some of its values, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Checks a parsed `manifest.json`, without its hash, field by field. One of version 1 is brought up to date first.
 *
 * @throws CheckpointError that names the field, or the version where this release does not know it.
 */
export function parseManifest(json: unknown): Manifest {
  const manifest = record<keyof Manifest>(upgradeManifest(json), "the manifest");
  if (manifest.format !== "eddyflow-checkpoint") {
    throw unusable('"format"', manifest.format, '"eddyflow-checkpoint"');
  }
  if (manifest.version !== 2 && manifest.version !== 3) {
    throw new CheckpointError({
      problem: `the checkpoint has format version ${JSON.stringify(manifest.version)}`,
      expected: "version 1, 2 or 3",
      remedy: "use the release of Eddyflow that wrote it, or a newer one",
    });
  }
  const channels = list(manifest.channels, "channels", text);
  return {
    format: "eddyflow-checkpoint",
    version: manifest.version,
    experiment: text(manifest.experiment, "experiment"),
    method: text(manifest.method, "method"),
    step: count(manifest.step, "step"),
    networks: entries(manifest.networks, "networks", parseNetwork),
    sampler: parseSampler(manifest.sampler),
    ...(manifest.trainedOn === undefined ? {} : { trainedOn: parseTrainedOn(manifest.trainedOn) }),
    conditioning: parseConditioning(manifest.conditioning),
    normalisation: parseNormalisation(manifest.normalisation, "normalisation", channels.length),
    ...(manifest.data === undefined ? {} : { data: parseData(manifest.data, channels.length) }),
    grid: parseGrid(manifest.grid),
    channels,
    clock: manifest.clock === null ? null : parseClock(manifest.clock, channels),
    teacher: manifest.teacher === null ? null : parseTeacher(manifest.teacher),
    ...(manifest.score === undefined ? {} : { score: parseScore(manifest.score) }),
    files: entries(manifest.files, "files", parseFile),
    config: record(manifest.config, "config"),
  };
}

const networkKinds: Readonly<Record<NetworkKind, true>> = {
  velocity: true,
  corrector: true,
  "mean-velocity": true,
  generator: true,
  predictor: true,
};
const paddings: Readonly<Record<Padding, true>> = { periodic: true, zero: true, reflect: true };

function parseNetwork(json: unknown, field: string): NetworkDescription {
  const network = record<keyof NetworkDescription>(json, field);
  const padding = list(network.padding, `${field}.padding`, oneOf(paddings));
  return {
    kind: oneOf(networkKinds)(network.kind, `${field}.kind`),
    stateChannels: atLeastOne(network.stateChannels, `${field}.stateChannels`),
    conditionChannels: count(network.conditionChannels, `${field}.conditionChannels`),
    features: list(network.features, `${field}.features`, atLeastOne),
    padding,
    ...(network.position === undefined
      ? {}
      : { position: list(network.position, `${field}.position`, below(padding.length)) }),
    ...(network.spectralGain === undefined
      ? {}
      : { spectralGain: atLeastOne(network.spectralGain, `${field}.spectralGain`) }),
    ...(network.own === undefined ? {} : { own: text(network.own, `${field}.own`) }),
  };
}

function parseSampler(json: unknown): SamplerDescription {
  const sampler = record<"kind" | "tableau" | "times">(json, "sampler");
  const kind = oneOf({ integrate: true, jump: true, direct: true })(sampler.kind, "sampler.kind");
  if (kind === "direct") return { kind };
  const times = parseTimes(sampler.times, "sampler.times");
  return kind === "jump"
    ? { kind, times }
    : { kind, tableau: text(sampler.tableau, "sampler.tableau"), times };
}

function parseTimes(json: unknown, field: string): readonly number[] {
  const times = list(json, field, finite);
  const isRising = times.every((time, i) => i === 0 || time > (times[i - 1] as number));
  if (times.length < 2 || times[0] !== 0 || times.at(-1) !== 1 || !isRising) {
    throw unusable(field, json, "times that rise from 0 to 1");
  }
  return times;
}

function parseTrainedOn(json: unknown): TrainedOn {
  const { increments, levels, times, tableau } = record<keyof TrainedOn>(json, "trainedOn");
  const [smallest = 0, largest = 0] = ofLength(
    list(increments, "trainedOn.increments", positive),
    2,
    "trainedOn.increments",
  );
  if (smallest > largest || largest > 1) {
    throw unusable("trainedOn.increments", increments, "the smallest and the largest, up to 1");
  }
  return {
    increments: [smallest, largest],
    ...(levels === undefined ? {} : { levels: list(levels, "trainedOn.levels", positive) }),
    ...(times === undefined ? {} : { times: parseTimes(times, "trainedOn.times") }),
    ...(tableau === undefined ? {} : { tableau: text(tableau, "trainedOn.tableau") }),
  };
}

function parseConditioning(json: unknown): Conditioning {
  const { history, parameters } = record<keyof Conditioning>(json, "conditioning");
  return {
    history: atLeastOne(history, "conditioning.history"),
    parameters: parseNormalisation(parameters, "conditioning.parameters"),
  };
}

function parseNormalisation(json: unknown, field: string, channels?: number): Normalisation {
  const normalisation = record<keyof Normalisation>(json, field);
  const length =
    channels ?? (Array.isArray(normalisation.channels) ? normalisation.channels : []).length;
  const column = <T>(name: keyof Normalisation, parse: Parse<T>) =>
    ofLength(list(normalisation[name], `${field}.${name}`, parse), length, `${field}.${name}`);
  return {
    channels: column("channels", text),
    mean: column("mean", finite),
    std: column("std", positive),
  };
}

function parseData(json: unknown, channels: number): DataFacts {
  const data = record<keyof DataFacts>(json, "data");
  return {
    train: parseSplit(data.train, "data.train"),
    validation: parseSplit(data.validation, "data.validation"),
    normalisation: parseNormalisation(data.normalisation, "data.normalisation", channels),
  };
}

function parseSplit(json: unknown, field: string): SplitFacts {
  const split = record<keyof SplitFacts>(json, field);
  return {
    trajectories: atLeastOne(split.trajectories, `${field}.trajectories`),
    frames: atLeastOne(split.frames, `${field}.frames`),
    sha256: hash(split.sha256, `${field}.sha256`),
  };
}

function parseGrid(json: unknown): Grid {
  const grid = record<keyof Grid>(json, "grid");
  const shape = list(grid.shape, "grid.shape", count);
  return {
    shape,
    extent: ofLength(list(grid.extent, "grid.extent", positive), shape.length, "grid.extent"),
    boundary: ofLength(
      list(grid.boundary, "grid.boundary", parseBoundary),
      shape.length,
      "grid.boundary",
    ),
  };
}

const parseBoundary: Parse<Boundary> = oneOf({ periodic: true, wall: true });

function parseClock(json: unknown, channels: readonly string[]): NonNullable<Manifest["clock"]> {
  const { step, channel } = record<"step" | "channel">(json, "clock");
  if (channel !== null && !channels.includes(channel as string)) {
    throw unusable("clock.channel", channel, `null or one of ${channels.join(", ")}`);
  }
  return { step: positive(step, "clock.step"), channel: channel as string | null };
}

function parseTeacher(json: unknown): Manifest["teacher"] {
  const teacher = record<"sha256" | "run">(json, "teacher");
  return {
    sha256: hash(teacher.sha256, "teacher.sha256"),
    run: text(teacher.run, "teacher.run"),
  };
}

function parseScore(json: unknown): NonNullable<Manifest["score"]> {
  const score = record<"name" | "value">(json, "score");
  return { name: text(score.name, "score.name"), value: finite(score.value, "score.value") };
}

function parseFile(json: unknown, field: string): Manifest["files"][string] {
  const file = record<"bytes" | "sha256">(json, field);
  return {
    bytes: count(file.bytes, `${field}.bytes`),
    sha256: hash(file.sha256, `${field}.sha256`),
  };
}

type Parse<T> = (json: unknown, field: string) => T;

function record<Name extends string>(
  json: unknown,
  field: string,
): Readonly<Partial<Record<Name, unknown>>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw unusable(field, json, "an object");
  }
  return json as Readonly<Partial<Record<Name, unknown>>>;
}

function entries<T>(json: unknown, field: string, parse: Parse<T>): Readonly<Record<string, T>> {
  const parsed = Object.entries(record(json, field)).map(([name, value]) => {
    if (!isSafeName(name)) throw unusable(`a name in ${field}`, name, "letters, digits, . _ -");
    return [name, parse(value, `${field}.${name}`)] as const;
  });
  return Object.fromEntries(parsed);
}

function list<T>(json: unknown, field: string, parse: Parse<T>): readonly T[] {
  if (!Array.isArray(json)) throw unusable(field, json, "a list");
  return json.map((item, i) => parse(item, `${field}[${i}]`));
}

function ofLength<T>(items: readonly T[], length: number, field: string): readonly T[] {
  if (items.length !== length) throw unusable(field, items, `${length} entries`);
  return items;
}

function text(json: unknown, field: string): string {
  if (typeof json !== "string" || json === "") throw unusable(field, json, "a text");
  return json;
}

function count(json: unknown, field: string): number {
  if (!Number.isSafeInteger(json) || (json as number) < 0) {
    throw unusable(field, json, "a whole number ≥ 0");
  }
  return json as number;
}

function atLeastOne(json: unknown, field: string): number {
  if (count(json, field) === 0) throw unusable(field, json, "a whole number ≥ 1");
  return json as number;
}

/** A whole number below a limit. */
function below(limit: number): Parse<number> {
  return (json, field) => {
    if (count(json, field) >= limit) throw unusable(field, json, `a whole number below ${limit}`);
    return json as number;
  };
}

/** One of the names. */
function oneOf<Name extends string>(names: Readonly<Record<Name, true>>): Parse<Name> {
  return (json, field) => {
    if (typeof json === "string" && Object.hasOwn(names, json)) return json as Name;
    throw unusable(field, json, Object.keys(names).join(", "));
  };
}

function finite(json: unknown, field: string): number {
  if (!Number.isFinite(json)) throw unusable(field, json, "a number");
  return json as number;
}

function positive(json: unknown, field: string): number {
  if (!(finite(json, field) > 0)) throw unusable(field, json, "a number > 0");
  return json as number;
}

function hash(json: unknown, field: string): string {
  if (typeof json !== "string" || !/^[0-9a-f]{64}$/.test(json)) {
    throw unusable(field, json, "64 hexadecimal digits");
  }
  return json;
}

function unusable(field: string, json: unknown, expected: string): CheckpointError {
  const shown = JSON.stringify(json) ?? "absent";
  return new CheckpointError({
    problem: `${field} in the checkpoint's manifest is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`,
    expected,
    remedy: "the manifest is damaged or was edited, copy the checkpoint again",
  });
}

/** Whether a file or folder of a checkpoint may have this name: nothing that leaves its folder. */
export function isSafeName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= 200;
}
