import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError, ShapeError } from "@eddyflow/core";
import { refuseUnfit, wrongAttribute } from "./attribute-checks.ts";
import { withCrc32c } from "./crc32c.ts";
import { firstDifference } from "./description.ts";
import {
  type EnsembleDescription,
  ensembleChecks,
  ensembleMetadata,
  memberFile,
  memberSize,
  parseEnsemble,
} from "./ensemble-description.ts";
import { refuseLink } from "./refuse-link.ts";
import { sealedNode } from "./seal.ts";
import { exists, partialPrefix, readAttributes, remove, sizeOf } from "./zarr-files.ts";

/** Writes the members of a reference ensemble, in any order, from any number of processes. */
export interface EnsembleWriter {
  /** By condition, the members that are not there, whole. */
  readonly missing: readonly (readonly number[])[];
  /**
   * Writes a member, `[...space, channel]` in physical units; it becomes visible when it is whole and on the disk.
   *
   * @throws ShapeError for another number of values, DataError for values that are not finite.
   */
  write(condition: number, member: number, values: Float32Array): Promise<void>;
}

/** The bytes of the file of a member. */
export const memberBytes = (description: EnsembleDescription): number =>
  4 * memberSize(description) + 4;

/** Writes a file under a passing name, which becomes its own when its bytes are on the disk. */
async function writeFileWhole(dir: string, name: string, bytes: Uint8Array): Promise<void> {
  const partial = join(dir, `${partialPrefix}${name}-${randomUUID()}`);
  try {
    const file = await open(partial, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, join(dir, name));
  } catch (error) {
    await rm(partial, { force: true });
    // Another process was faster, and tidied up: it wrote the same.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && (await exists(join(dir, name))))
      return;
    throw error;
  }
}

const writeMetadata = (dir: string, description: EnsembleDescription): Promise<void> =>
  writeFileWhole(
    dir,
    "zarr.json",
    new TextEncoder().encode(
      `${JSON.stringify(sealedNode(ensembleMetadata(description)), null, 2)}\n`,
    ),
  );

/**
 * Goes on with the ensemble that is there: it must be the same, but may have more conditions and members.
 *
 * @returns what it is by now.
 */
async function resume(dir: string, asked: EnsembleDescription): Promise<EnsembleDescription> {
  const there = parseEnsemble(await readAttributes(dir), dir);
  const common = Math.min(there.conditions.length, asked.conditions.length);
  const comparable = (description: EnsembleDescription): unknown =>
    JSON.parse(
      JSON.stringify({
        ...description,
        members: null,
        conditions: description.conditions.slice(0, common),
      }),
    );
  const difference = firstDifference(comparable(there), comparable(asked));
  if (difference !== null) {
    const { path, left, right } = difference;
    throw new DataError({
      problem: `${dir} holds a reference ensemble of something else (${path} is ${JSON.stringify(left)}, not ${JSON.stringify(right)})`,
      expected: "the initial states and the simulation that it was begun with",
      remedy: "remove this folder, or choose another with --out",
    });
  }
  const conditions = asked.conditions.length > common ? asked.conditions : there.conditions;
  const members = Math.max(there.members, asked.members);
  if (conditions === there.conditions && members === there.members) return there;
  const extended = { ...there, conditions, members };
  await writeMetadata(dir, extended);
  return extended;
}

/**
 * Begins a reference ensemble, or goes on with the one that is there: one Zarr v3 array
 * `[condition, member, ...space, channel]`, float32 and uncompressed, a file with a CRC32C for each member. A description
 * with more members or conditions than the store has extends it; one with fewer leaves it as it is.
 *
 * @throws ArgumentError for a description that no ensemble can be opened with.
 * @throws DataError where the folder holds an ensemble of other initial states or another simulation, or anything else;
 *   StorageError where it is a symbolic link.
 */
export async function createEnsembleStore(
  dir: string,
  description: EnsembleDescription,
): Promise<EnsembleWriter> {
  refuseUnfit(wrongAttribute({ ...description }, ensembleChecks));
  await refuseLink(dir);
  await mkdir(dir, { recursive: true });
  const isThere = await exists(join(dir, "zarr.json"));
  const others = isThere ? [] : (await readdir(dir)).filter((name) => !name.startsWith("."));
  let all = description;
  // Another process may have begun it meanwhile.
  if (isThere || others.includes("zarr.json")) all = await resume(dir, description);
  else {
    const [stranger] = others;
    if (stranger !== undefined) {
      throw new DataError({
        problem: `${dir} is not empty and holds no reference ensemble (${stranger} is there)`,
        expected: "an absent or empty folder, or an ensemble that was begun",
        remedy: "move what is there",
      });
    }
    await writeMetadata(dir, description);
  }
  const whole = memberBytes(description);
  const missing: number[][] = [];
  for (const condition of description.conditions.keys()) {
    const absent: number[] = [];
    for (let member = 0; member < description.members; member++) {
      const file = join(dir, memberFile(condition, member, description));
      const bytes = await sizeOf(file);
      if (bytes === whole) continue;
      // One that a full disk or a lost connection cut short is drawn again.
      if (bytes !== null) await remove(file);
      absent.push(member);
    }
    missing.push(absent);
  }
  // Others may be writing members that this process does not ask for.
  const isAll =
    all.members === description.members && all.conditions.length === description.conditions.length;
  if (isAll && missing.every(({ length }) => length === 0)) {
    for (const name of await readdir(dir)) {
      if (name.startsWith(partialPrefix)) await remove(join(dir, name));
    }
  }
  return {
    missing,
    write: async (condition, member, values) => {
      const named = `member ${member} of condition ${condition}`;
      if (values.length !== memberSize(description)) {
        throw new ShapeError({
          problem: `${named} has ${values.length} values`,
          expected: `${memberSize(description)} for shape [${[...description.grid.shape, description.channels.length].join(", ")}]`,
          remedy: "give one state, channels last",
        });
      }
      const bad = values.find((value) => !Number.isFinite(value));
      if (bad !== undefined) {
        throw new DataError({
          problem: `${named} has the value ${bad}`,
          expected: "finite values",
          remedy: "use a smaller time step",
        });
      }
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      await writeFileWhole(dir, memberFile(condition, member, description), withCrc32c(bytes));
    },
  };
}
