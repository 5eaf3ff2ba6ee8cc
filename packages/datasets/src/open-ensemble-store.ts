import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, systemError } from "@eddyflow/core";
import { fitsCrc32c } from "./crc32c.ts";
import { memberBytes } from "./create-ensemble-store.ts";
import {
  type EnsembleDescription,
  memberFile,
  memberSize,
  parseEnsemble,
} from "./ensemble-description.ts";
import { readNode, sizeOf } from "./zarr-files.ts";

/** A complete reference ensemble. */
export interface EnsembleStore {
  readonly description: EnsembleDescription;
  /**
   * All members of a condition, `[...space, channel]` each, in physical units.
   *
   * @throws DataError for a file that was cut short, removed or damaged.
   */
  readMembers(condition: number): Promise<readonly Float32Array[]>;
}

const damaged = (path: string, problem: string): DataError =>
  new DataError({
    problem: `${path} ${problem}`,
    expected: "a member as the simulator wrote it",
    remedy:
      "remove that file and run the simulator again with the same arguments, which draws it again",
  });

async function readMember(path: string, size: number): Promise<Float32Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw systemError(cause, { path, doing: "read" }) ?? cause;
  }
  if (bytes.length !== 4 * size + 4)
    throw damaged(path, `has ${bytes.length} of ${4 * size + 4} bytes`);
  if (!fitsCrc32c(bytes)) throw damaged(path, "is damaged: its checksum is another");
  const values = new Float32Array(size);
  new Uint8Array(values.buffer).set(bytes.subarray(0, 4 * size));
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw damaged(path, `has the value ${bad}`);
  return values;
}

/**
 * Opens a reference ensemble and looks at the size of every file, so that one that is not complete is found before anything
 * is compared with it. The checksum of a member is compared when it is read.
 *
 * @throws DataError where it is not complete, its metadata are damaged, or it is something else; StorageError where a file
 *   cannot be read for another reason, such as permission.
 */
export async function openEnsembleStore(dir: string): Promise<EnsembleStore> {
  const { attributes, isSealed } = await readNode(dir);
  const description = parseEnsemble(attributes, dir);
  if (!isSealed) throw damaged(join(dir, "zarr.json"), "is damaged: it has lost its sha256");
  const { conditions, members } = description;
  const bytes = memberBytes(description);
  for (const condition of conditions.keys()) {
    let whole = 0;
    for (let member = 0; member < members; member++) {
      const path = join(dir, memberFile(condition, member, description));
      const found = await sizeOf(path);
      if (found !== null && found !== bytes) throw damaged(path, `has ${found} of ${bytes} bytes`);
      if (found !== null) whole++;
    }
    if (whole === members) continue;
    throw new DataError({
      problem: `${dir} is not complete: ${whole} of ${members} members of condition ${condition} are there`,
      expected: `${members} members of each of ${conditions.length} conditions`,
      remedy: `run the simulator again with --ensemble ${members} --conditions ${conditions.length}, it draws what is missing`,
    });
  }
  return {
    description,
    readMembers: async (condition) => {
      const read: Float32Array[] = [];
      for (let member = 0; member < members; member++) {
        const path = join(dir, memberFile(condition, member, description));
        read.push(await readMember(path, memberSize(description)));
      }
      return read;
    },
  };
}
