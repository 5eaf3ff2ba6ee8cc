import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Normalisation, parseJson } from "@eddyflow/core";
import type { Format } from "./format.ts";
import { openSource } from "./open-source.ts";
import { readNpz } from "./read-npz.ts";
import { exists } from "./size-of.ts";
import { type DataSource, type SourceField, type SourceTrajectory, unusable } from "./source.ts";

/** The folder of one simulation. */
const isSimulation = (name: string): boolean => /^sim_\d{6}$/u.test(name);

/** The order of the format's own reader. Fields that it does not know come after these. */
const knownFields = ["velocity", "velocityZ", "density", "pressure"];

/** The parameters that `description.json` may hold: a number, or a list with one per frame. */
const parameters = [
  "Reynolds Number",
  "Mach Number",
  "Drag Coefficient",
  "Lift Coefficient",
  "Z Slice",
];

const mask = "obstacle_mask";

/** The normalisations that the authors published, by the word in the name of the folder. */
const published: Readonly<Record<string, Normalisation>> = {
  inc: {
    channels: ["velocity_x", "velocity_y", "pressure", "Reynolds Number"],
    mean: [0.444969, 0.000299, 0.000586, 550],
    std: [0.206128, 0.206128, 0.003942, 262.678467],
  },
  tra: {
    channels: ["velocity_x", "velocity_y", "density", "pressure", "Reynolds Number", "Mach Number"],
    mean: [0.560642, -0.000129, 0.903352, 0.637941, 10000, 0.7],
    std: [0.216987, 0.216987, 0.145391, 0.119944, 1, 0.118322],
  },
  iso: {
    channels: ["velocity_x", "velocity_y", "velocityZ", "pressure"],
    mean: [-0.054618, -0.385225, -0.255757, 0.033446],
    std: [0.539194, 0.710318, 0.510352, 0.258235],
  },
};

/** The word in the name of a folder, such as `tra` in `128_tra_small`. */
const setOf = (folder: string): string | undefined =>
  basename(folder)
    .toLowerCase()
    .split(/[^a-z]+/u)
    .find((word) => Object.hasOwn(published, word));

type Parameters = Readonly<Record<string, number | readonly number[]>>;

async function readParameters(folder: string): Promise<Parameters> {
  const path = join(folder, "src", "description.json");
  if (!(await exists(path))) throw unusable(`${path} is missing`, "the simulation's description");
  const text = await readFile(path, "utf8");
  const content: unknown = (() => {
    try {
      return parseJson(text);
    } catch (error) {
      throw unusable(`${path} is cut short or damaged`, "a description in JSON", error);
    }
  })();
  if (typeof content !== "object" || content === null) {
    throw unusable(`${path} is ${text.slice(0, 20)}`, "an object");
  }
  const entries = Object.entries(content).filter(([name]) => parameters.includes(name));
  for (const [name, value] of entries) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const bad = values.findIndex((one) => !Number.isFinite(one));
    if (bad === -1) continue;
    throw unusable(
      `${path}: "${name}"${Array.isArray(value) ? `[${bad}]` : ""} is ${JSON.stringify(values[bad])}`,
      "a finite number, or one per frame",
    );
  }
  return Object.fromEntries(entries) as Parameters;
}

const frameFile = (folder: string, field: string, frame: number): string =>
  join(folder, `${field}_${String(frame).padStart(6, "0")}.npz`);

interface Simulation {
  readonly folder: string;
  /** Numbers of the first and the last frame. */
  readonly first: number;
  readonly last: number;
  readonly fields: readonly string[];
  readonly parameters: Parameters;
}

async function openSimulation(folder: string): Promise<Simulation> {
  const frames = new Map<string, Set<number>>();
  for (const file of await readdir(folder)) {
    const [, field, digits] = /^(\w+)_(\d{6})\.npz$/u.exec(file) ?? [];
    if (field === undefined) continue;
    const own = frames.get(field) ?? new Set();
    own.add(Number(digits));
    frames.set(field, own);
  }
  if (frames.size === 0) throw unusable(`${folder} holds no frame`, "velocity_000000.npz …");
  const numbers = [...frames.values()].flatMap((own) => [...own]);
  const first = numbers.reduce((least, number) => Math.min(least, number));
  const last = numbers.reduce((most, number) => Math.max(most, number));
  for (const [field, own] of frames) {
    for (let frame = first; frame <= last; frame++) {
      if (own.has(frame)) continue;
      throw unusable(`${frameFile(folder, field, frame)} is missing`, "every frame of every field");
    }
  }
  const rank = (name: string) =>
    (knownFields.indexOf(name) + knownFields.length + 1) % (knownFields.length + 1);
  const fields = [...frames.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const found = await readParameters(folder);
  for (const [name, value] of Object.entries(found)) {
    if (typeof value === "number" || value.length > last) continue;
    throw unusable(
      `${join(folder, "src", "description.json")}: "${name}" has ${value.length} values`,
      `one per frame, ${last + 1}`,
    );
  }
  return { folder, first, last, fields, parameters: found };
}

/** The names of the channels of a field with this many components. */
function channelsOf(name: string, components: number): readonly string[] {
  if (components === 1) return [name];
  return Array.from({ length: components }, (_, c) => `${name}_${"xyz"[c] ?? c}`);
}

async function sourceOf(path: string): Promise<DataSource> {
  const names = (await readdir(path)).filter(isSimulation).sort();
  const simulations: Simulation[] = [];
  for (const name of names) simulations.push(await openSimulation(join(path, name)));
  const [first] = simulations as [Simulation];
  const other = simulations.find(({ fields }) => String(fields) !== String(first.fields));
  if (other !== undefined) {
    throw unusable(
      `${other.folder} has the fields ${other.fields.join(", ")}`,
      `${first.fields.join(", ")} as ${first.folder} has`,
    );
  }
  const shapes = new Map<string, readonly number[]>();
  for (const name of first.fields) {
    const file = frameFile(first.folder, name, first.first);
    const { shape } = await readNpz(file);
    const [, ...own] = shape;
    const [, ...space] = [...shapes.values()][0] ?? shape;
    if (own.length < 1 || own.length > 3 || String(own) !== String(space)) {
      throw unusable(
        `${file} has the shape [${shape.join(", ")}]`,
        `[components, ${space.length < 1 ? "...space" : space.join(", ")}]`,
      );
    }
    shapes.set(name, shape);
  }
  const [, ...shape] = shapes.get(first.fields[0] as string) as readonly number[];
  const points = shape.reduce((product, length) => product * length, 1);
  const has = (name: string) => simulations.every((one) => name in one.parameters);
  const masked = (
    await Promise.all(simulations.map(({ folder }) => exists(join(folder, `${mask}.npz`))))
  ).every(Boolean);
  const extra = (name: string): SourceField => ({
    name,
    channels: [name],
    order: 0,
    state: false,
  });

  const readFile = async (file: string, expected: readonly number[]) => {
    const { shape: own, data } = await readNpz(file);
    // The axis of the components may be absent where there is only one.
    const plain = (all: readonly number[]) => String(all[0] === 1 ? all.slice(1) : all);
    if (plain(own) === plain(expected)) return { data, componentsFirst: true, where: "arr_0" };
    throw unusable(
      `${file} has the shape [${own.join(", ")}]`,
      `[${expected.join(", ")}] as in ${first.folder}`,
    );
  };
  const trajectory = (one: Simulation): SourceTrajectory => ({
    path: one.folder,
    frames: one.last - one.first + 1,
    frameInterval: () => null,
    parameters: Object.fromEntries(
      Object.entries(one.parameters).flatMap(([name, value]) =>
        typeof value === "number" ? [[name, value]] : [],
      ),
    ),
    read: async ({ name }, index) => {
      const frame = one.first + index;
      if (name === mask) return readFile(join(one.folder, `${mask}.npz`), [1, ...shape]);
      const own = shapes.get(name);
      if (own === undefined) {
        const value = one.parameters[name] as number | readonly number[];
        const now = typeof value === "number" ? value : (value[frame] as number);
        const data = new Float64Array(points).fill(now);
        return { data, componentsFirst: true, where: `${name}[${frame}]` };
      }
      const file = frameFile(one.folder, name, frame);
      return { ...(await readFile(file, own)), where: `${basename(file)}: arr_0` };
    },
  });
  const set = setOf(path);
  return {
    format: "acdm",
    name: basename(path),
    path,
    shape,
    extent: () => null,
    boundary: null,
    fields: [
      ...first.fields.map((name): SourceField => {
        const channels = channelsOf(name, shapes.get(name)?.[0] ?? 1);
        const several = channels.length === shape.length ? 1 : null;
        return { name, channels, order: channels.length === 1 ? 0 : several, state: true };
      }),
      ...parameters.filter(has).map(extra),
      ...(masked ? [extra(mask)] : []),
    ],
    trajectories: simulations.map(trajectory),
    split: null,
    statistics: set === undefined ? null : (published[set] ?? null),
    notes: { set: set ?? null },
  };
}

/**
 * A folder of ACDM's: `sim_000000/velocity_000000.npz` and so on, one array [component, ...space] per field and
 * frame, with `src/description.json`. Each parameter in it is a channel where it is asked for, and so is
 * `obstacle_mask`. A folder whose name has the word `inc`, `tra` or `iso` gets the published normalisation. The
 * files do not say extent, boundaries and frame interval.
 *
 * G. Kohl et al., Benchmarking autoregressive conditional diffusion models for turbulent flow simulation,
 * ICML 2024 workshop; https://github.com/tum-pbs/autoreg-pde-diffusion.
 */
export const acdm: Format = {
  name: "ACDM",
  about: "a folder of sim_000000, sim_000001 …",
  recognises: ({ names }) => names?.some(isSimulation) === true,
  open: async ({ path }, options) => openSource(await sourceOf(path), options),
};
