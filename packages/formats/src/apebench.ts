import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ArgumentError, parseJson } from "@eddyflow/core";
import type { Json } from "@eddyflow/datasets";
import type { Format } from "./format.ts";
import { needSplit } from "./need-split.ts";
import { openNpy } from "./npy.ts";
import { openSource } from "./open-source.ts";
import type { Place } from "./place.ts";
import { exists } from "./size-of.ts";
import { type DataSource, type SourceField, unusable } from "./source.ts";

type Info = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Info =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function readDescription(path: string): Promise<{ name: string; info: Info }> {
  if (!(await exists(path))) throw unusable(`${path} is missing`, "the scenario's description");
  const text = await readFile(path, "utf8");
  try {
    const { name, info } = parseJson(text) as { readonly name?: unknown; readonly info?: unknown };
    if (typeof name === "string" && isRecord(info)) return { name, info };
  } catch (error) {
    throw unusable(`${path} is cut short or damaged`, "a description in JSON", error);
  }
  throw unusable(`${path} has no "name" and "info"`, "the description of an APEBench scenario");
}

/** A convecting field is a velocity: its channel k points along axis k. */
const isVelocity = (info: Info, channels: number, axes: number): boolean =>
  channels === axes && axes > 1 && Object.keys(info).some((key) => key.startsWith("convection_"));

const positive = (value: unknown, where: string): number => {
  if (Number.isFinite(value) && (value as number) > 0) return value as number;
  throw unusable(`${where} is ${JSON.stringify(value)}`, "a positive number");
};

/** The data of a split, or all samples of one file. */
async function sourceOf(
  stem: string,
  part: "train" | "validation" | "test" | { readonly file: "train" | "test" },
): Promise<DataSource> {
  const { name, info } = await readDescription(`${stem}.json`);
  const file = typeof part === "object" ? part.file : part === "test" ? "test" : "train";
  const path = `${stem}_${file}.npy`;
  if (!(await exists(path))) throw unusable(`${path} is missing`, `the scenario's ${file} data`);
  const array = await openNpy(path);
  const [samples = 0, frames = 0, channels = 0, ...shape] = array.shape;
  const horizon = info[`${file}_temporal_horizon`];
  const described = {
    num_spatial_dims: shape.length,
    num_channels: channels,
    [`num_${file}_samples`]: samples,
    ...(typeof horizon === "number" ? { [`${file}_temporal_horizon`]: frames - 1 } : {}),
  };
  const wrong = Object.entries(described).find(([key, is]) => (info[key] ?? is) !== is);
  const points = info["num_points"];
  const others = points === undefined ? -1 : shape.findIndex((length) => length !== points);
  if (wrong !== undefined || others !== -1 || shape.length < 1 || shape.length > 3) {
    const [key] = wrong ?? ["num_points"];
    throw unusable(
      `${path} has the shape [${array.shape.join(", ")}] of sample, time, channel and space`,
      `${key} to be ${JSON.stringify(info[key] ?? "1 to 3 axes of space")}, as ${stem}.json says`,
    );
  }
  const velocity = isVelocity(info, channels, shape.length);
  const field: SourceField = {
    name: "u",
    channels: Array.from({ length: channels }, (_, c) => {
      if (channels === 1) return "u";
      return velocity ? `u_${"xyz"[c]}` : `u${c}`;
    }),
    order: velocity ? 1 : 0,
    state: true,
  };
  const number = (key: string) => (key in info ? positive(info[key], `${stem}.json: "${key}"`) : 1);
  const tenth = Math.max(1, Math.floor(samples / 10));
  const chosen = Array.from({ length: samples }, (_, sample) => sample);
  return {
    format: "apebench",
    name,
    path,
    shape,
    extent: () => shape.map(() => number("domain_extent")),
    boundary: shape.map(() => "periodic" as const),
    fields: [field],
    trajectories: (part === "train"
      ? chosen.slice(tenth)
      : part === "validation"
        ? chosen.slice(0, tenth)
        : chosen
    ).map((sample) => ({
      path,
      frames,
      frameInterval: () => number("dt"),
      parameters: {},
      read: async (_field, frame) => ({
        data: await array.read([sample, frame]),
        componentsFirst: true,
        where: `[${sample}, ${frame}]`,
      }),
    })),
    split: typeof part === "object" ? part.file : part,
    statistics: null,
    notes: { scenario: basename(stem), info: info as Json },
  };
}

/** The scenarios in a folder: a description beside the data that bear its name. */
const scenariosIn = (names: readonly string[]) =>
  names
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .filter((stem) => names.includes(`${stem}_train.npy`) || names.includes(`${stem}_test.npy`));

/** The scenario that a file belongs to, and which of its files it is; null where it is none. */
function scenarioOf(
  path: string,
): { readonly stem: string; readonly file: "train" | "test" | null } | null {
  const [, stem, file] = /^(.*?)(?:_(train|test)\.npy|\.json)$/u.exec(path) ?? [];
  if (stem === undefined) return null;
  return { stem, file: file === "train" || file === "test" ? file : null };
}

/** The description of the only scenario in a folder, or the file itself. */
function findFile({ path, names }: Place): string {
  if (names === null) return path;
  const [scenario, ...more] = scenariosIn(names);
  if (more.length === 0) return join(path, `${scenario}.json`);
  throw new ArgumentError({
    problem: `${path} holds the scenarios ${[scenario, ...more].slice(0, 8).join(", ")}`,
    expected: "one",
    remedy: "give the path of the .json file of one",
  });
}

/**
 * A scenario of APEBench: `<scenario>_train.npy` and `<scenario>_test.npy`, float32 [sample, time, channel,
 * ...space] on a periodic box, described in `<scenario>.json`. There is no file to validate on: the first tenth
 * of the training samples (at least one) is the validation split.
 *
 * Scenarios without `domain_extent` and `dt` are in normalised units: a unit box and unit steps.
 *
 * F. Koehler et al., APEBench, NeurIPS 2024; https://github.com/tum-pbs/apebench.
 */
export const apebench: Format = {
  name: "APEBench",
  about: "<scenario>.json, a folder with one, or one <scenario>_{train,test}.npy",
  recognises: ({ path, names }) =>
    names === null ? scenarioOf(path) !== null : scenariosIn(names).length > 0,
  open: async (place, options) => {
    const path = findFile(place);
    const { stem, file } = scenarioOf(path) ?? { stem: path, file: null };
    const part = file === null ? needSplit(path, options) : { file };
    return openSource(await sourceOf(stem, part), options);
  },
};
