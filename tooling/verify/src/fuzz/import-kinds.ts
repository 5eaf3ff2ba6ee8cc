import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ImportOptions, planImport, surveyPlan } from "@eddyflow/formats";
import type { FuzzKind } from "./fuzz-kind.ts";
import { unpackZarr } from "./unpack-zarr.ts";

const fixtures = fileURLToPath(new URL("../../../reference/formats/own", import.meta.url));

/** All that an import would write: what is said of the data, and every value. */
async function readImport(options: ImportOptions): Promise<unknown> {
  const plan = await planImport(options);
  const { ranges } = await surveyPlan(plan);
  const { channels, units, grid, dt, vectors, parts } = plan;
  const trajectories = [];
  for (const { parameters, frames, read } of Object.values(parts).flat()) {
    trajectories.push({ parameters, values: await read(0, frames) });
  }
  return { channels, units, grid, dt, vectors, ranges, trajectories };
}

interface ImportFixture extends Omit<ImportOptions, "files"> {
  /** The file, or the Zarr in zarrs.json. */
  readonly from: string;
  /** The file in a Zarr to damage. */
  readonly file?: string;
  readonly isFlipped?: boolean;
}

const importKind = (
  name: string,
  { from, file, isFlipped = true, ...options }: ImportFixture,
): FuzzKind => ({
  name: `import: ${name}`,
  ...{ isSealed: false, isFlipped, family: "others" },
  write: async (folder) => {
    const own = join(folder, from);
    if (file === undefined) await cp(join(fixtures, from), own);
    else await unpackZarr(join(fixtures, "zarrs.json"), from, folder);
    return file === undefined ? own : join(own, file);
  },
  read: (folder) =>
    readImport({ files: [join(folder, from)], boundary: "periodic,wall", ...options }),
});

const axes = "trajectory,time,y,x,channel";
const ofArrays = "trajectory,time,y,x";

/** Files of one's own, as the importer reads them. A bit of a value is as good as another, so few are flipped of large files. */
export const importKinds: readonly FuzzKind[] = [
  importKind("npy", { from: "half.npy", axes, isFlipped: false }),
  importKind("npy, first axis fastest", { from: "double-fortran.npy", axes, isFlipped: false }),
  importKind("npz, packed", { from: "packed.npz", axes: ofArrays, isFlipped: false }),
  importKind("npz, plain", { from: "plain.npz", axes: ofArrays, isFlipped: false }),
  importKind(".zarray", { from: "v2-big.zarr", file: ".zarray", axes }),
  importKind("chunk of Zarr 2", { from: "v2-f.zarr", file: "0.0.0.0.0", axes }),
  importKind("zarr.json of an array", { from: "v3-transpose.zarr", file: "zarr.json", axes }),
  importKind("zarr.json of a field", { from: "dataset.zarr", file: "vx/zarr.json" }),
  importKind("zarr.json of a group", { from: "dataset.zarr", file: "zarr.json" }),
  importKind("coordinates of Zarr 3", { from: "dataset.zarr", file: "time/c/0" }),
];
