import { basename, dirname } from "node:path";
import type { Format } from "./format.ts";
import { type Hdf5File, openHdf5 } from "./hdf5.ts";
import { openSource } from "./open-source.ts";
import { type DataSource, type SourceField, spacingOf, unusable } from "./source.ts";

const velocities = ["Vx", "Vy", "Vz"] as const;

/** Whether a file is one of PDEBench's compressible flows: its other equations lie in one `tensor`. */
const isPdeBench = (file: Hdf5File): boolean =>
  file.has("density") && file.has("Vx") && !file.has("tensor");

function openFile(file: Hdf5File) {
  const all = file.shape("density");
  const [samples = 0, frames = 0, ...shape] = all;
  const numAxes = shape.length;
  if (numAxes < 1 || numAxes > 3) {
    throw unusable(`${file.path}: density has the shape [${all.join(", ")}]`, "[N, time, x, y]");
  }
  const names = ["density", "pressure", ...velocities.slice(0, numAxes)];
  for (const name of names) {
    const own = file.shape(name);
    if (String(own) === String(all)) continue;
    throw unusable(
      `${file.path}: ${name} has the shape [${own.join(", ")}]`,
      `[${all.join(", ")}] as density has`,
    );
  }
  const parameters: Record<string, number> = {};
  for (const name of ["eta", "zeta", "M"]) {
    const [value] = file.attribute("/", name) ?? [];
    if (value === undefined) continue;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw unusable(`${file.path}: the attribute "${name}" is ${value}`, "a finite number");
    }
    parameters[name] = value;
  }
  const extent = () =>
    shape.map((points, axis) => {
      const dataset = `${"xyz"[axis]}-coordinate`;
      const values = file.read(dataset);
      const where = `${file.path}: ${dataset}`;
      if (values.length === points) return spacingOf(values, where) * points;
      throw unusable(`${where} has ${values.length} values`, `${points}, the cell centres`);
    });
  const frameInterval = () => {
    const times = file.read("t-coordinate");
    const where = `${file.path}: t-coordinate`;
    // Many files also have the time after the last frame.
    if (times.length === frames || times.length === frames + 1) {
      return spacingOf(Array.from(times).slice(0, frames), where);
    }
    throw unusable(`${where} has ${times.length} values`, `${frames} or ${frames + 1}`);
  };
  return { file, samples, frames, shape, numAxes, parameters, extent, frameInterval };
}

async function sourceOf(paths: readonly string[]): Promise<DataSource> {
  const files: ReturnType<typeof openFile>[] = [];
  for (const path of paths) files.push(openFile(await openHdf5(path)));
  const [first] = files as [ReturnType<typeof openFile>];
  const other = files.find(({ shape }) => String(shape) !== String(first.shape));
  if (other !== undefined) {
    throw unusable(
      `${other.file.path} has a grid of ${other.shape.join(" × ")}`,
      `${first.shape.join(" × ")} as ${first.file.path} has`,
    );
  }
  const { shape, numAxes } = first;
  const field = (name: string): SourceField => ({
    name,
    channels: [name],
    order: 0,
    state: true,
  });
  return {
    format: "pdebench",
    name: basename(first.file.path).replace(/\.(hdf5|h5)$/u, ""),
    path: files.length === 1 ? first.file.path : dirname(first.file.path),
    shape,
    extent: first.extent,
    boundary: shape.map(() => "periodic" as const),
    fields: [
      field("density"),
      field("pressure"),
      {
        name: "V",
        channels: velocities.slice(0, numAxes),
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
        read: ({ channels }: SourceField, frame: number) => {
          const at = [sample, frame];
          const planes = channels.map((name) => file.read(name, at));
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
 * on cell centres, in the order of the format's own reader. All axes are taken as periodic.
 *
 * M. Takamoto et al., PDEBench, NeurIPS 2022.
 */
export const pdebench: Format = {
  name: "PDEBench",
  about: "an HDF5 file of a compressible flow, or a folder of them",
  recognises: async ({ firstHdf5 }) => {
    const first = await firstHdf5();
    return first !== null && isPdeBench(first);
  },
  open: async ({ hdf5Paths }, options) => openSource(await sourceOf(hdf5Paths), options),
};
