import { createHash } from "node:crypto";
import { CheckpointError } from "@eddyflow/core";
import { decodeSafetensors } from "./decode-safetensors.ts";
import { encodeSafetensors } from "./encode-safetensors.ts";
import { folderSource } from "./folder-source.ts";
import { fileOfSet } from "./load-params.ts";
import type { Manifest } from "./manifest.ts";
import { sealed } from "./seal.ts";
import { readManifest } from "./source.ts";
import type { HalfStored, StoredArray } from "./stored-array.ts";
import { writeFolder } from "./write-folder.ts";

export interface ExportOptions {
  /** Half precision stores weights in half the bytes, with three digits; single unless given. */
  readonly precision?: "single" | "half";
}

/**
 * Writes of the checkpoint in the folder `from` what a model needs to be run elsewhere: the average of the weights where there
 * is one, else the weights, the velocity field of a flow map, and the manifest. The state of the training, what the data
 * were, and paths of this machine stay behind. The folder `to` appears when it is complete.
 *
 * @returns the bytes of all files.
 * @throws CheckpointError where the checkpoint is damaged, or a weight is too large for half precision; ArgumentError where
 *   `to` is there already; StorageError where it cannot be written.
 */
export async function exportCheckpoint(
  from: string,
  to: string,
  { precision = "single" }: ExportOptions = {},
): Promise<number> {
  const { manifest, files } = await exportedFiles(from, { precision });
  const json = await sealed(manifest);
  return await writeFolder(to, [
    ...Object.entries(files),
    ["manifest.json", new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`)],
  ]);
}

/** What {@link exportCheckpoint} writes, in memory: the manifest, and the bytes of the other files by name. */
export async function exportedFiles(
  from: string,
  { precision = "single" }: ExportOptions = {},
): Promise<{
  readonly manifest: Manifest;
  readonly files: Readonly<Record<string, Uint8Array>>;
}> {
  const source = folderSource(from);
  const manifest = await readManifest(source);
  const student = Object.hasOwn(manifest.files, fileOfSet("student.average"))
    ? "student.average"
    : "student";
  const others = Object.keys(manifest.networks).filter((set) => set !== "student");
  const files: [string, Uint8Array][] = [];
  for (const set of [student, ...others]) {
    const file = fileOfSet(set);
    const bytes = await source(file);
    files.push([file, precision === "half" ? inHalf(bytes, file) : bytes]);
  }
  return { manifest: publicManifest(manifest, files), files: Object.fromEntries(files) };
}

/** The manifest without what only the machine of its training has; predictions look at the experiment in its configuration. */
function publicManifest(
  { data: _, config, teacher, ...manifest }: Manifest,
  files: readonly (readonly [string, Uint8Array])[],
): Manifest {
  const { experiment } = config as { readonly experiment?: object };
  const entries = files.map(([file, bytes]) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return [file, { bytes: bytes.length, sha256 }] as const;
  });
  return {
    ...manifest,
    version: 3,
    // Its hash tells a teacher; where it lay says nothing elsewhere.
    teacher: teacher === null ? null : { ...teacher, run: "not exported" },
    config: experiment === undefined ? {} : { experiment: withoutPath(experiment) },
    files: Object.fromEntries(entries),
  };
}

/** An experiment whose module is told by its hash alone. */
const withoutPath = (experiment: object): object => {
  const { module } = experiment as { readonly module?: object };
  return module === undefined
    ? experiment
    : { ...experiment, module: { ...module, path: "not exported" } };
};

const largestHalf = 65_504;

function inHalf(bytes: Uint8Array, file: string): Uint8Array {
  const { arrays, metadata } = decodeSafetensors(bytes, file);
  const halves = Object.entries(arrays).map(([name, array]): [string, HalfStored] => [
    name,
    { dtype: "F16", shape: array.shape, data: smallNumbers(name, array) },
  ]);
  return encodeSafetensors(Object.fromEntries(halves), metadata);
}

function smallNumbers(name: string, { data }: StoredArray): Float32Array {
  const numbers = Float32Array.from(data as Float32Array);
  const large = numbers.find((value) => !(Math.abs(value) <= largestHalf));
  if (large === undefined) return numbers;
  throw new CheckpointError({
    problem: `tensor "${name}" holds ${large}, which half precision cannot`,
    expected: `numbers up to ${largestHalf}`,
    remedy: "export it in single precision",
  });
}
