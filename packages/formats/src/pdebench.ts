import { basename, dirname } from "node:path";
import type { Boundary } from "@eddyflow/core";
import type { Format } from "./format.ts";
import { type Hdf5File, openHdf5 } from "./hdf5.ts";
import { openSource } from "./open-source.ts";
import { checkSame, once, sameExtent } from "./same-in-all.ts";
import { type DataSource, type SourceField, spacingOf, unusable } from "./source.ts";

const velocities = ["Vx", "Vy", "Vz"] as const;

/** Whether a file is one of PDEBench's compressible flows: its other equations lie in one `tensor`. */
const isPdeBench = async (file: Hdf5File): Promise<boolean> =>
  (await file.has("density")) && (await file.has("Vx")) && !(await file.has("tensor"));

/** What the name of a file says of its boundaries, which the file itself does not; null where it says nothing. */
function boundaryOf(path: string, numAxes: number): readonly Boundary[] | null {
  const words = basename(path)
    .toLowerCase()
    .split(/[^a-z]+/u);
  const found = words.includes("periodic") ? "periodic" : words.includes("trans") ? "wall" : null;
  return found && Array.from({ length: numAxes }, () => found);
}

async function openFile(file: Hdf5File) {
  const all = await file.shape("density");
  const [samples = 0, frames = 0, ...shape] = all;
  const numAxes = shape.length;
  if (numAxes < 1 || numAxes > 3) {
    throw unusable(`${file.path}: density has the shape [${all.join(", ")}]`, "[N, time, x, y]");
  }
  const names = ["density", "pressure", ...velocities.slice(0, numAxes)];
  for (const name of names) {
    const own = await file.shape(name);
    if (String(own) === String(all)) continue;
    throw unusable(
      `${file.path}: ${name} has the shape [${own.join(", ")}]`,
      `[${all.join(", ")}] as density has`,
    );
  }
  const parameters: Record<string, number> = {};
  for (const name of ["eta", "zeta", "M"]) {
    const [value] = (await file.attribute("/", name)) ?? [];
    if (value === undefined) continue;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw unusable(`${file.path}: the attribute "${name}" is ${value}`, "a finite number");
    }
    parameters[name] = value;
  }
  const extent = () =>
    Promise.all(
      shape.map(async (points, axis) => {
        const dataset = `${"xyz"[axis]}-coordinate`;
        const values = await file.read(dataset);
        const where = `${file.path}: ${dataset}`;
        if (values.length === points) return spacingOf(values, where) * points;
        throw unusable(`${where} has ${values.length} values`, `${points}, the cell centres`);
      }),
    );
  const frameInterval = once(async () => {
    const times = await file.read("t-coordinate");
    const where = `${file.path}: t-coordinate`;
    // Many files also have the time after the last frame.
    if (times.length === frames || times.length === frames + 1) {
      return spacingOf(Array.from(times).slice(0, frames), where);
    }
    throw unusable(`${where} has ${times.length} values`, `${frames} or ${frames + 1}`);
  });
  const { path } = file;
  const boundary = boundaryOf(path, numAxes);
  return { path, file, samples, frames, shape, parameters, boundary, extent, frameInterval };
}

async function sourceOf(paths: readonly string[]): Promise<DataSource> {
  const files: Awaited<ReturnType<typeof openFile>>[] = [];
  for (const path of paths) files.push(await openFile(await openHdf5(path)));
  const [first] = files as [(typeof files)[number]];
  checkSame(files.map(({ path, shape: grid, boundary }) => ({ path, facts: { grid, boundary } })));
  const { path, shape, boundary } = first;
  const field = (name: string): SourceField => ({
    name,
    channels: [name],
    order: 0,
    state: true,
  });
  return {
    format: "pdebench",
    name: basename(path).replace(/\.(hdf5|h5)$/u, ""),
    path: files.length === 1 ? path : dirname(path),
    shape,
    extent: () => sameExtent(files),
    boundary,
    fields: [
      field("density"),
      field("pressure"),
      {
        name: "V",
        channels: velocities.slice(0, shape.length),
        order: 1,
        state: true,
      },
    ],
    trajectories: files.flatMap(({ file, samples, frames, parameters, frameInterval }) =>
      Array.from({ length: samples }, (_, sample) => ({
        path: file.path,
        frames,
        frameInterval,
        parameters,
        read: async ({ channels }: SourceField, frame: number) => {
          const at = [sample, frame];
          const planes = await Promise.all(channels.map((name) => file.read(name, at)));
          const points = planes[0]?.length ?? 0;
          const data = new Float64Array(points * channels.length);
          for (const [c, plane] of planes.entries()) data.set(Array.from(plane), c * points);
          return {
            data,
            componentsFirst: true,
            where: `${channels.join(", ")}[${at.join(", ")}]`,
          };
        },
      })),
    ),
    split: null,
    statistics: null,
    notes: {},
  };
}

/**
 * PDEBench's compressible Navier–Stokes data: `density`, `pressure`, `Vx`, `Vy` (`Vz`), each [N, time, x, y]
 * on cell centres, in the order of the format's own reader. Files do not say what happens at their ends; their names
 * do: `periodic`, or `trans` for open ends, which are no continuation, as walls are none.
 *
 * M. Takamoto et al., PDEBench, NeurIPS 2022.
 */
export const pdebench: Format = {
  name: "PDEBench",
  about: "an HDF5 file of a compressible flow, or a folder of them",
  recognises: async ({ firstHdf5 }) => {
    const first = await firstHdf5();
    return first !== null && (await isPdeBench(first));
  },
  open: async ({ hdf5Paths }, options) => openSource(await sourceOf(hdf5Paths), options),
};
