import { type Boundary, CheckpointError, type Grid, type Normalisation } from "@eddyflow/core";

/** What a checkpoint is: everything besides the numbers. Stored as `manifest.json`. */
export interface Manifest {
  readonly format: "eddyflow-checkpoint";
  readonly version: 1;
  readonly experiment: string;
  /** The name of the model: "velocity", "flow", "velocity_pd". */
  readonly model: string;
  /** Training steps done. */
  readonly step: number;
  /** The description of each network by the name of its set: "student", "velocity". */
  readonly networks: Readonly<Record<string, object>>;
  /** How the model is meant to be run; `grid` holds the flow times, from 0 to 1, `steps` + 1 of them. */
  readonly sampler: {
    readonly method: string;
    readonly steps: number;
    readonly grid: readonly number[];
  };
  readonly normalisation: Normalisation;
  /** Of the state that the model sees. */
  readonly grid: Grid;
  readonly channels: readonly string[];
  /**
   * The physical time that a step of the model spans, and the channel of the state that holds the time, which a
   * rollout takes from the clock, or null; absent in checkpoints of before it was recorded.
   */
  readonly clock?: { readonly step: number; readonly channel: string | null };
  /** The network that made the targets: the hash of its weights file and its run; null without one. */
  readonly teacher: { readonly sha256: string; readonly run: string } | null;
  /** What checkpoints of a run are compared by, the lower the better; absent where it was not measured. */
  readonly score?: { readonly name: string; readonly value: number };
  /** Size and SHA-256 (hexadecimal) of each other file of the checkpoint. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  /** The resolved configuration of the run. */
  readonly config: object;
}

/**
 * Checks a parsed `manifest.json` field by field.
 *
 * @throws CheckpointError that names the field, or the version where it is not 1.
 */
export function parseManifest(json: unknown): Manifest {
  const manifest = record<keyof Manifest>(json, "the manifest");
  if (manifest.format !== "eddyflow-checkpoint") {
    throw unusable('"format"', manifest.format, '"eddyflow-checkpoint"');
  }
  if (manifest.version !== 1) {
    throw new CheckpointError({
      problem: `the checkpoint has format version ${JSON.stringify(manifest.version)}`,
      expected: "version 1",
      remedy: "use the release of Eddyflow that wrote it, or a newer one",
    });
  }
  const channels = list(manifest.channels, "channels", text);
  const sampler = record<keyof Manifest["sampler"]>(manifest.sampler, "sampler");
  const steps = count(sampler.steps, "sampler.steps");
  return {
    format: "eddyflow-checkpoint",
    version: 1,
    experiment: text(manifest.experiment, "experiment"),
    model: text(manifest.model, "model"),
    step: count(manifest.step, "step"),
    networks: entries(manifest.networks, "networks", record),
    sampler: {
      method: text(sampler.method, "sampler.method"),
      steps,
      grid: ofLength(list(sampler.grid, "sampler.grid", finite), steps + 1, "sampler.grid"),
    },
    normalisation: parseNormalisation(manifest.normalisation, channels.length),
    grid: parseGrid(manifest.grid),
    channels,
    ...(manifest.clock === undefined ? {} : { clock: parseClock(manifest.clock, channels) }),
    teacher: manifest.teacher === null ? null : parseTeacher(manifest.teacher),
    ...(manifest.score === undefined ? {} : { score: parseScore(manifest.score) }),
    files: entries(manifest.files, "files", parseFile),
    config: record(manifest.config, "config"),
  };
}

function parseNormalisation(json: unknown, channels: number): Normalisation {
  const normalisation = record<keyof Normalisation>(json, "normalisation");
  const column = <T>(name: keyof Normalisation, parse: Parse<T>) =>
    ofLength(
      list(normalisation[name], `normalisation.${name}`, parse),
      channels,
      `normalisation.${name}`,
    );
  return {
    channels: column("channels", text),
    mean: column("mean", finite),
    std: column("std", positive),
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

function parseBoundary(json: unknown, field: string): Boundary {
  if (json !== "periodic" && json !== "wall") throw unusable(field, json, '"periodic" or "wall"');
  return json;
}

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
