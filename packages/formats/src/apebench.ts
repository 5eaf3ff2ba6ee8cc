import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Json } from "../description.ts";
import { exists } from "../zarr-files.ts";
import { openNpy } from "./npy.ts";
import { type DataSource, type SourceField, unusable } from "./source.ts";

type Info = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Info =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function readDescription(path: string): Promise<{ name: string; info: Info }> {
  if (!(await exists(path))) throw unusable(`${path} is missing`, "the scenario's description");
  const text = await readFile(path, "utf8");
  try {
    const { name, info } = JSON.parse(text);
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

/**
 * One file of an APEBench scenario: `<stem>_train.npy` or `<stem>_test.npy`, float32 [sample, time, channel,
 * ...space] on a periodic box, described in `<stem>.json`. There is no file to validate on: where splits are
 * asked for, the first tenth of the training samples (at least one) is the validation split.
 *
 * Scenarios without `domain_extent` and `dt` are in normalised units: a unit box and unit steps.
 *
 * F. Koehler et al., APEBench, NeurIPS 2024; https://github.com/tum-pbs/apebench.
 *
 * @param part - a split, or `file` for all samples of one file.
 * @throws DataError for files that are damaged or are not as the description says.
 */
export async function openApeBench(
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
    axes: velocity ? shape.map((_, axis) => axis) : null,
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
      constants: {},
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
