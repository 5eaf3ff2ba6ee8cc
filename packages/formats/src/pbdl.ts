import { basename, dirname } from "node:path";
import type { Boundary, Normalisation } from "@eddyflow/core";
import type { Format } from "./format.ts";
import { type Hdf5File, openHdf5, textOf, textsOf } from "./hdf5.ts";
import type { OpenDataOptions } from "./open-data-options.ts";
import { openSource } from "./open-source.ts";
import { checkSame } from "./same-in-all.ts";
import { type DataSource, type SourceField, type SourceTrajectory, unusable } from "./source.ts";

const isPbdl = async (file: Hdf5File): Promise<boolean> =>
  (await file.isGroup("sims")) && (await file.attribute("sims", "Fields Scheme")) !== undefined;

/** One simulation: `[frames, fields, ...space]` in one dataset, or `[...space, fields]` in one per frame. */
interface Simulation {
  readonly name: string;
  readonly frames: number;
  /** Of one frame. */
  readonly shape: readonly number[];
  readonly fields: number;
  readonly componentsFirst: boolean;
  /** The object whose attributes hold the constants. */
  readonly owner: string;
}

async function simulation(file: Hdf5File, name: string): Promise<Simulation> {
  if (!(await file.isGroup(name))) {
    const [frames = 0, fields = 0, ...shape] = await file.shape(name);
    return { name, frames, shape, fields, componentsFirst: true, owner: name };
  }
  const there = new Set(await file.names(name));
  const frames = there.size;
  for (let frame = 0; frame < frames; frame++) {
    if (there.has(String(frame))) continue;
    throw unusable(`${file.path}: ${name}/${frame} is missing`, "frames 0, 1, 2 … without a gap");
  }
  const owner = `${name}/0`;
  const all = await file.shape(owner);
  const fields = all.at(-1) ?? 0;
  return { name, frames, shape: all.slice(0, -1), fields, componentsFirst: false, owner };
}

/** Neighbours with equal letters in the scheme are one field: "aBBc" is a scalar, a field of two components, a scalar. */
async function fieldsOf(file: Hdf5File, shape: readonly number[]): Promise<readonly SourceField[]> {
  const scheme = [...((await textOf(file, "sims", "Fields Scheme")) ?? "")];
  const names = await textsOf(file, "sims", "Fields");
  if (names.length !== scheme.length || scheme.length === 0) {
    throw unusable(
      `${file.path}: sims has the Fields ${names.join(", ")}`,
      `one per letter of its Fields Scheme "${scheme.join("")}"`,
    );
  }
  const fields: { name: string; channels: string[] }[] = [];
  for (const [i, name] of names.entries()) {
    const last = fields.at(-1);
    if (last === undefined || scheme[i] !== scheme[i - 1]) {
      fields.push({ name, channels: [name] });
      continue;
    }
    last.channels.push(name);
  }
  return fields.map(({ name, channels }) => {
    // With one component per axis it is a vector along the axes. Otherwise nobody can tell the directions.
    const several = channels.length === shape.length ? 1 : null;
    return { name, channels, order: channels.length === 1 ? 0 : several, state: true };
  });
}

/** The statistics that the format's own tools cache in the file, or null where there are none. */
async function statisticsOf(
  file: Hdf5File,
  fields: readonly SourceField[],
): Promise<Normalisation | null> {
  const [meanName, stdName] = ["norm_fields_sca_mean", "norm_fields_sca_std"] as const;
  if (!(await file.has(meanName)) || !(await file.has(stdName))) return null;
  const channels = fields.flatMap((field) => field.channels);
  const read = async (name: string): Promise<number[]> => {
    const values = Array.from(await file.read(name));
    if (values.length !== channels.length) {
      throw unusable(
        `${file.path}: ${name} has ${values.length} values`,
        `${channels.length}, one per field`,
      );
    }
    const bad = values.findIndex(
      (value) => !Number.isFinite(value) || (name === stdName && !(value > 0)),
    );
    if (bad === -1) return values;
    throw unusable(
      `${file.path}: ${name}[${bad}] is ${values[bad]}`,
      name === stdName ? "positive deviations" : "finite means",
    );
  };
  const [mean, std] = [await read(meanName), await read(stdName)];
  let first = 0;
  const grouped = fields.flatMap((field) => {
    const own = std.slice(first, first + field.channels.length);
    first += own.length;
    const shared = Math.sqrt(own.reduce((sum, one) => sum + one ** 2, 0) / own.length);
    return own.map(() => shared);
  });
  return { channels, mean, std: grouped };
}

/** The boundaries, which the files describe in free text; null where it is none of the known words. */
async function boundaryOf(file: Hdf5File, axes: number): Promise<readonly Boundary[] | null> {
  const found = (await file.attribute("sims", "Boundary Conditions")) ?? [];
  const words = found.map((word) => String(word).toLowerCase());
  const perAxis = words.length === 1 ? Array.from({ length: axes }, () => words[0]) : words;
  if (perAxis.length !== axes) return null;
  const known = perAxis.map((word): Boundary | null => {
    if (word === "periodic") return "periodic";
    return word === "wall" || word === "open" || word === "closed" ? "wall" : null;
  });
  return known.includes(null) ? null : (known as Boundary[]);
}

async function parametersOf(file: Hdf5File, owner: string): Promise<Record<string, number>> {
  const names = ((await file.attribute("sims", "Constants")) ?? []).map(String);
  const parameters: Record<string, number> = {};
  for (const name of names) {
    const [value] = (await file.attribute(owner, name)) ?? [];
    if (typeof value === "number" && Number.isFinite(value)) {
      parameters[name] = value;
      continue;
    }
    throw unusable(
      `${file.path}: ${owner} has ${value === undefined ? `no constant "${name}"` : `the constant "${name}" as ${value}`}`,
      "a finite number in each simulation",
    );
  }
  return parameters;
}

async function openFile(file: Hdf5File) {
  const names = (await file.names("sims"))
    .filter((name) => /^sim\d+$/u.test(name))
    .sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
  const simulations: Simulation[] = [];
  for (const name of names) simulations.push(await simulation(file, `sims/${name}`));
  const [first] = simulations;
  if (first === undefined) throw unusable(`${file.path}: sims holds no simulation`, "sim0, sim1 …");
  const { shape } = first;
  if (shape.length < 1 || shape.length > 3) {
    throw unusable(
      `${file.path}: ${first.name} has ${shape.length} axes of space`,
      first.componentsFirst ? "[frames, fields, ...space]" : "[...space, fields] per frame",
    );
  }
  const fields = await fieldsOf(file, shape);
  const boundary = await boundaryOf(file, shape.length);
  const count = fields.reduce((sum, field) => sum + field.channels.length, 0);
  const starts = new Map<string, number>();
  let next = 0;
  for (const field of fields) {
    starts.set(field.name, next);
    next += field.channels.length;
  }
  const frameInterval = async () => {
    const [dt] = (await file.attribute("sims", "Dt")) ?? [];
    if (dt === undefined) return null;
    if (typeof dt === "number" && Number.isFinite(dt) && dt > 0) return dt;
    throw unusable(`${file.path}: the Dt of sims is ${dt}`, "a positive number");
  };
  const trajectories: SourceTrajectory[] = [];
  for (const one of simulations) {
    const { name, frames, componentsFirst, owner } = one;
    if (String(one.shape) !== String(shape) || one.fields !== count) {
      throw unusable(
        `${file.path}: ${name} has ${one.fields} fields on [${one.shape.join(", ")}]`,
        `${count} on [${shape.join(", ")}]`,
      );
    }
    trajectories.push({
      path: file.path,
      frames,
      frameInterval,
      parameters: await parametersOf(file, owner),
      read: async (field, frame) => {
        const from = starts.get(field.name) as number;
        const size = field.channels.length;
        if (componentsFirst) {
          const planes = await Promise.all(
            field.channels.map((_, c) => file.read(name, [frame, from + c])),
          );
          const points = planes[0]?.length ?? 0;
          const data = new Float64Array(points * size);
          for (const [c, plane] of planes.entries()) data.set(Array.from(plane), c * points);
          return { data, componentsFirst, where: `${name}[${frame}, ${from}]` };
        }
        const own = await file.shape(`${name}/${frame}`);
        if (String(own) !== String([...shape, count])) {
          throw unusable(
            `${file.path}: ${name}/${frame} has the shape [${own.join(", ")}]`,
            `[${[...shape, count].join(", ")}] as ${owner} has`,
          );
        }
        const all = await file.read(`${name}/${frame}`);
        const data = new Float64Array((all.length / count) * size);
        for (let i = 0; i < data.length; i++) {
          data[i] = all[Math.floor(i / size) * count + from + (i % size)] as number;
        }
        return { data, componentsFirst, where: `${name}/${frame} field ${from}` };
      },
    });
  }
  return { file, shape, fields, boundary, trajectories };
}

async function sourceOf(paths: readonly string[], { split }: OpenDataOptions): Promise<DataSource> {
  const files: Awaited<ReturnType<typeof openFile>>[] = [];
  for (const path of paths) files.push(await openFile(await openHdf5(path)));
  const [first] = files as [Awaited<ReturnType<typeof openFile>>];
  checkSame(
    files.map(({ file: { path }, shape: grid, fields: all, boundary: ends }) => ({
      path,
      facts: { grid, fields: all.map(({ channels }) => channels), boundary: ends },
    })),
  );
  const { file, shape, fields, boundary } = first;
  const alone = files.length === 1;
  return {
    format: "pbdl",
    name: basename(file.path).replace(/\.(hdf5|h5)$/u, ""),
    path: alone ? file.path : dirname(file.path),
    shape,
    extent: () => null,
    boundary,
    fields,
    trajectories: files.flatMap(({ trajectories }) => trajectories),
    split: null,
    statistics: alone && split === undefined ? await statisticsOf(file, fields) : null,
    notes: { pde: (await textOf(file, "sims", "PDE")) ?? "" },
  };
}

/**
 * PBDL's data: a group `sims` that says what the fields are, and in it one simulation each, `sim0`, `sim1` …:
 * a dataset [frames, fields, ...space], or a group with one dataset [...space, fields] per frame. Constants are
 * attributes of the dataset, or of that of frame 0. The files do not say how long the box is.
 *
 * The cached `norm_fields_sca_*` are of all simulations, so they are used only where no split is asked for. The
 * deviations σ of a vector's d components become one, √(Σσ²/d), as the scheme groups them.
 *
 * https://github.com/tum-pbs/pbdl-dataset.
 */
export const pbdl: Format = {
  name: "PBDL",
  about: "an HDF5 file with sims that have a Fields Scheme, or a folder of them",
  recognises: async ({ firstHdf5 }) => {
    const first = await firstHdf5();
    return first !== null && (await isPbdl(first));
  },
  open: async ({ hdf5Paths }, options) => openSource(await sourceOf(hdf5Paths, options), options),
};
