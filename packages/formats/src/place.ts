import { open as openFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { hdf5Signature } from "./hdf5/file-bytes.ts";
import { type Hdf5File, openHdf5 } from "./hdf5.ts";

/** What lies at a path, looked up once for all formats. */
export interface Place {
  readonly path: string;
  /** The names in the folder, sorted; null where the path is a file. */
  readonly names: readonly string[] | null;
  /** The HDF5 files: the file itself, or those in the folder, sorted. */
  readonly hdf5Paths: readonly string[];
  /**
   * Opens the first HDF5 file; null where there is none.
   *
   * @throws DataError where it is cut short or not HDF5.
   */
  firstHdf5(): Promise<Hdf5File | null>;
}

async function listFolder(path: string): Promise<readonly string[] | null> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return null;
    throw error;
  }
}

/** Whether a file begins as HDF5 does. */
export async function isHdf5(path: string): Promise<boolean> {
  const file = await openFile(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead).equals(Buffer.from(hdf5Signature));
  } finally {
    await file.close();
  }
}

/** Looks at what lies at a path. */
export async function lookAt(path: string): Promise<Place> {
  const names = await listFolder(path);
  const single = names === null && (await isHdf5(path)) ? [path] : [];
  const hdf5Paths =
    names?.filter((name) => /\.(hdf5|h5)$/u.test(name)).map((name) => join(path, name)) ?? single;
  let first: Promise<Hdf5File | null> | null = null;
  return {
    path,
    names,
    hdf5Paths,
    firstHdf5: () => {
      const [file] = hdf5Paths;
      first ??= file === undefined ? Promise.resolve(null) : openHdf5(file);
      return first;
    },
  };
}
