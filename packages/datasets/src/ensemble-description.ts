import { createHash } from "node:crypto";
import { DataError, type Grid } from "@eddyflow/core";
import { isCount, isGrid, isText, isWhole, listOf, wrongAttribute } from "./attribute-checks.ts";
import type { Json } from "./description.ts";

/** A state that a reference ensemble starts from: a frame of the split. */
export interface EnsembleCondition {
  readonly trajectory: number;
  readonly frame: number;
  /** `stateHash` of the frame as the split's store has it. */
  readonly sha256: string;
}

/** What a reference ensemble holds and how it was made; kept as attributes of its array. */
export interface EnsembleDescription {
  readonly experiment: string;
  readonly split: string;
  /** The recipe and the seed of the split that the initial states are from, as its store has them. */
  readonly recipe: Json;
  readonly seed: number;
  /** Of the states as they are stored, after observation. */
  readonly grid: Grid;
  readonly channels: readonly string[];
  /** A member is so many frames of the split after its condition. */
  readonly frameStride: number;
  readonly conditions: readonly EnsembleCondition[];
  /** Members of each condition. */
  readonly members: number;
}

/** The SHA-256 of a state `[...space, channel]`, by which it is known again. */
export const stateHash = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");

const ensembleFormat = { format: "eddyflow-ensemble", version: 1 } as const;

/** How many values a member has. */
export const memberSize = ({ grid, channels }: EnsembleDescription): number =>
  grid.shape.reduce((product, points) => product * points, channels.length);

/** The file of a member. */
export const memberFile = (
  condition: number,
  member: number,
  { grid }: EnsembleDescription,
): string => `c.${[condition, member, ...grid.shape.map(() => 0), 0].join(".")}`;

/** The metadata of the array `[condition, member, ...space, channel]`, before they are sealed. */
export function ensembleMetadata(
  description: EnsembleDescription,
): Readonly<Record<string, unknown>> {
  const { grid, channels, conditions, members } = description;
  const state = [...grid.shape, channels.length];
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [conditions.length, members, ...state],
    data_type: "float32",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [1, 1, ...state] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "." } },
    // A member that is not there yet is no state of zeros to other readers.
    fill_value: "NaN",
    codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }],
    dimension_names: [
      ...["condition", "member"],
      ...["z", "y", "x"].slice(3 - grid.shape.length),
      "channel",
    ],
    attributes: { ...ensembleFormat, ...description },
  };
}

/** What each attribute must be. */
export const ensembleChecks: Readonly<
  Record<keyof EnsembleDescription, (value: unknown) => boolean>
> = {
  experiment: isText,
  split: isText,
  recipe: (value) => value !== undefined,
  seed: Number.isSafeInteger,
  grid: isGrid,
  channels: listOf(isText),
  frameStride: isCount,
  conditions: listOf((value) => {
    const { trajectory, frame, sha256 } = Object(value);
    return isWhole(trajectory) && isWhole(frame) && isText(sha256);
  }),
  members: isCount,
};

/**
 * Reads a description from the attributes of an array.
 *
 * @throws DataError for a version to come, or naming the first attribute that is absent or cannot be used.
 */
export function parseEnsemble(
  attributes: Readonly<Record<string, unknown>>,
  dir: string,
): EnsembleDescription {
  const { format, version } = attributes;
  const refuse = (problem: string): never => {
    throw new DataError({
      problem: `${dir}/zarr.json: ${problem}`,
      expected: "a reference ensemble as the simulator writes it",
      remedy: "check the path, or draw the ensemble again",
    });
  };
  if (format !== ensembleFormat.format) refuse("it is no reference ensemble");
  if (version !== ensembleFormat.version) {
    refuse(`the ensemble is of version ${JSON.stringify(version)}, not ${ensembleFormat.version}`);
  }
  const wrong = wrongAttribute(attributes, ensembleChecks);
  if (wrong !== null) refuse(wrong);
  return Object.fromEntries(
    Object.keys(ensembleChecks).map((name) => [name, attributes[name]]),
  ) as unknown as EnsembleDescription;
}
