import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dump } from "npyjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure, fixture, hdf5Writer } from "./open-data.test.helpers.ts";
import type { OpenDataOptions } from "./open-data-options.ts";
import { type Hdf5Dataset, type Hdf5Group, writeHdf5 } from "./write-hdf5.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-bad-"));
});
afterAll(() => rm(dir, { recursive: true }));

/** Zeros with other values at some positions. */
const zeros = (
  shape: readonly number[],
  at: Readonly<Record<number, number>> = {},
): Hdf5Dataset => {
  const values = new Array<number>(shape.reduce((size, n) => size * n, 1)).fill(0);
  for (const [i, value] of Object.entries(at)) values[Number(i)] = value;
  return { attributes: {}, type: "float32", shape, values };
};
const line = (n: number): Hdf5Dataset => ({
  attributes: {},
  type: "float32",
  shape: [n],
  values: Array.from({ length: n }, (_, i) => i),
});
const having = <T extends Hdf5Dataset | Hdf5Group>(of: T, attributes: T["attributes"]): T => ({
  ...of,
  attributes: { ...of.attributes, ...attributes },
});
const group = (members: Hdf5Group["members"], attributes: Hdf5Group["attributes"] = {}) => ({
  attributes,
  members,
});
const varying = { dim_varying: [true, true], sample_varying: true, time_varying: true };
const nan = Number.NaN;

const axes = { time: line(3), x: line(4), y: line(6) };
const well = group(
  {
    dimensions: group(axes, { spatial_dims: ["x", "y"] }),
    scalars: group({ Re: having(zeros([2]), { sample_varying: true, time_varying: false }) }),
    t0_fields: group({ density: having(zeros([2, 3, 4, 6]), varying) }),
    t1_fields: group({ velocity: having(zeros([2, 3, 4, 6, 2]), varying) }),
  },
  { n_trajectories: 2n, dataset_name: "bad", simulation_parameters: ["At"], At: 0.5 },
);
const simulation = having(zeros([2, 3, 4, 6]), { Re: 10 });
const fields = { "Fields Scheme": "VVp", Fields: ["vx", "vy", "p"], Constants: ["Re"], Dt: 0.1 };
const pbdl = group({ sims: group({ sim0: simulation, sim1: simulation }, fields) });
const pbdlFrames = group({
  sims: having(
    group({
      sim0: group({ "0": having(zeros([4, 6, 3]), { Re: 10 }), "1": zeros([4, 6, 3]) }),
      sim1: group({ "0": having(zeros([4, 6, 3]), { Re: 10 }), "1": zeros([4, 6, 3]) }),
    }),
    fields,
  ),
});
const pdeBench = group(
  {
    density: zeros([3, 2, 4, 6]),
    pressure: zeros([3, 2, 4, 6]),
    Vx: zeros([3, 2, 4, 6]),
    Vy: zeros([3, 2, 4, 6]),
    "x-coordinate": line(4),
    "y-coordinate": line(6),
    "t-coordinate": line(2),
  },
  { eta: 1e-8 },
);

/** The same file with one member changed, or left out. */
function put(
  tree: Hdf5Group,
  path: string,
  change: ((of: never) => Hdf5Dataset | Hdf5Group) | null,
): Hdf5Group {
  const [name = "", ...rest] = path.split("/");
  const { [name]: member, ...others } = tree.members;
  if (rest.length > 0) {
    const below = put(member as Hdf5Group, rest.join("/"), change);
    return { ...tree, members: { ...tree.members, [name]: below } };
  }
  return {
    ...tree,
    members: change === null ? others : { ...others, [name]: change(member as never) },
  };
}
const as = (value: Hdf5Dataset) => (of: Hdf5Dataset) => having(value, of.attributes);
const said = (attributes: Hdf5Group["attributes"]) => (of: Hdf5Dataset | Hdf5Group) =>
  having(of, attributes);

const box: OpenDataOptions = { extent: [1, 1], boundary: ["wall", "wall"] };
/** What the format does not say. */
const optionsOf = ({ members }: Hdf5Group): OpenDataOptions => {
  if ("sims" in members) return box;
  return "density" in members ? { boundary: ["periodic", "periodic"] } : {};
};

test.for([
  { format: "The Well", tree: well },
  { format: "PBDL", tree: pbdl },
  { format: "PBDL by frames", tree: pbdlFrames },
  { format: "PDEBench", tree: pdeBench },
])("$format: what the tables below change is usable as it is", async ({ format, tree }) => {
  const path = join(dir, `${format}.hdf5`);
  await writeHdf5(path, tree);
  expect(await failure("DataError", path, optionsOf(tree))).toBe("no error");
});

test.for<[name: string, tree: Hdf5Group, message: string]>([
  [
    "NaN in a field",
    put(well, "t1_fields/velocity", as(zeros([2, 3, 4, 6, 2], { 197: nan }))),
    "t1_fields/velocity[1, 1] is NaN at position 5, which is velocity_y at [0, 2] of frame 1 of trajectory 1; expected finite",
  ],
  [
    "infinity in a field",
    put(well, "t0_fields/density", as(zeros([2, 3, 4, 6], { 3: -1 / 0 }))),
    "t0_fields/density[0, 0] is -Infinity at position 3",
  ],
  ["NaN in a scalar", put(well, "scalars/Re", as(zeros([2], { 1: nan }))), "scalars/Re[1] is NaN"],
  ["a parameter that is NaN", having(well, { At: nan }), 'the attribute "At" is NaN'],
  [
    "a parameter that is not there",
    having(well, { simulation_parameters: ["Re"] }),
    'the attribute "Re" is undefined',
  ],
  [
    "NaN in a coordinate",
    put(well, "dimensions/y", as(zeros([6], { 2: nan }))),
    "dimensions/y: from index",
  ],
  [
    "NaN in time",
    put(well, "dimensions/time", as(zeros([3], { 0: nan }))),
    "dimensions/time: from index 0 to 1",
  ],
  [
    "too few times",
    put(well, "dimensions/time", as(line(2))),
    "dimensions/time has 2 values; expected 3",
  ],
  [
    "a field of other samples",
    put(well, "t0_fields/density", as(zeros([1, 3, 4, 6]))),
    "t0_fields/density has the shape [1, 3, 4, 6]; expected [2, time, 4, 6]",
  ],
  [
    "a field of other frames",
    put(well, "t1_fields/velocity", as(zeros([2, 2, 4, 6, 2]))),
    "t1_fields/velocity has 2 frames; expected 3",
  ],
  [
    "a field of other points",
    put(well, "t0_fields/density", as(zeros([2, 3, 4, 5]))),
    "t0_fields/density has the shape [2, 3, 4, 5]",
  ],
  [
    "a vector of three components on two axes",
    put(well, "t1_fields/velocity", as(zeros([2, 3, 4, 6, 3]))),
    "t1_fields/velocity has the shape [2, 3, 4, 6, 3]",
  ],
  [
    "a named field that is absent",
    put(well, "t0_fields", said({ field_names: ["density", "energy"] })),
    "t0_fields/energy is missing",
  ],
  ["an axis that is absent", put(well, "dimensions/y", null), "dimensions/y is missing"],
  [
    "no number of trajectories",
    having(well, { n_trajectories: "two" }),
    "n_trajectories is NaN; expected a whole number",
  ],
  [
    "no names of axes",
    put(well, "dimensions", () => group(axes)),
    'dimensions has no attribute "spatial_dims"',
  ],
  [
    "an unknown boundary",
    put(well, "boundary_conditions", () =>
      group({ x: group({}, { bc_type: "SLIP", associated_dims: ["x"] }) }),
    ),
    'boundary_conditions/x has the bc_type "SLIP"',
  ],
  [
    "a boundary of another axis",
    put(well, "boundary_conditions", () =>
      group({ z: group({}, { bc_type: "WALL", associated_dims: ["z"] }) }),
    ),
    'boundary_conditions/z is of axis "z"; expected x, y',
  ],
  [
    "a grid that is not cartesian",
    having(well, { grid_type: "spherical" }),
    'bad.hdf5 has the grid_type "spherical"; expected cartesian: points at even distances along straight axes; interpolate',
  ],
  [
    "a group in place of a field",
    put(well, "t0_fields/density", () => group({})),
    "t0_fields/density is a group",
  ],

  [
    "NaN in a field",
    put(pbdl, "sims/sim1", as(zeros([2, 3, 4, 6], { 96: nan }))),
    "sims/sim1[1, 0] is NaN at position 24",
  ],
  [
    "NaN in a frame",
    put(pbdlFrames, "sims/sim1/1", as(zeros([4, 6, 3], { 5: nan }))),
    "sims/sim1/1 field 2 is NaN at position 1",
  ],
  [
    "other fields than named",
    put(pbdl, "sims/sim0", as(zeros([2, 4, 4, 6]))),
    "sims/sim0 has 4 fields on [4, 6]; expected 3",
  ],
  [
    "a simulation on another grid",
    put(pbdl, "sims/sim1", as(zeros([2, 3, 4, 5]))),
    "sims/sim1 has 3 fields on [4, 5]; expected 3 on [4, 6]",
  ],
  [
    "a frame on another grid",
    put(pbdlFrames, "sims/sim0/1", as(zeros([6, 4, 3]))),
    "sims/sim0/1 has the shape [6, 4, 3]; expected [4, 6, 3]",
  ],
  [
    "a frame that is absent",
    put(put(pbdlFrames, "sims/sim0/1", null), "sims/sim0/2", () => zeros([4, 6, 3])),
    "sims/sim0/1 is missing",
  ],
  ["no space", put(pbdl, "sims/sim0", as(zeros([2, 3]))), "sims/sim0 has 0 axes of space"],
  [
    "fewer names than letters",
    put(pbdl, "sims", said({ Fields: ["vx", "vy"] })),
    'sims has the Fields vx, vy; expected one per letter of its Fields Scheme "VVp"',
  ],
  [
    "a constant that is absent",
    put(pbdl, "sims", said({ Constants: ["Re", "Ma"] })),
    'sims/sim0 has no constant "Ma"',
  ],
  [
    "a constant that is NaN",
    put(pbdl, "sims/sim1", said({ Re: nan })),
    'sims/sim1 has the constant "Re" as NaN',
  ],
  [
    "a time step of zero",
    put(pbdl, "sims", said({ Dt: 0 })),
    "the Dt of sims is 0; expected a positive number",
  ],
  [
    "no simulation",
    put(put(pbdl, "sims/sim0", null), "sims/sim1", null),
    "sims holds no simulation",
  ],
  [
    "statistics of other fields",
    put(
      put(pbdl, "norm_fields_sca_mean", () => zeros([2])),
      "norm_fields_sca_std",
      () => line(3),
    ),
    "norm_fields_sca_mean has 2 values; expected 3, one per field",
  ],
  [
    "statistics with NaN",
    put(
      put(pbdl, "norm_fields_sca_mean", () => zeros([3], { 1: nan })),
      "norm_fields_sca_std",
      () => line(3),
    ),
    "norm_fields_sca_mean[1] is NaN",
  ],
  [
    "deviations of zero",
    put(
      put(pbdl, "norm_fields_sca_mean", () => zeros([3])),
      "norm_fields_sca_std",
      () => line(3),
    ),
    "norm_fields_sca_std[0] is 0; expected positive",
  ],

  [
    "NaN in a field",
    put(pdeBench, "pressure", as(zeros([3, 2, 4, 6], { 72: nan }))),
    "pressure[1, 1] is NaN at position 0",
  ],
  [
    "a value outside valid_range",
    put(pdeBench, "Vx", as(having(zeros([3, 2, 4, 6], { 73: -3 }), { valid_range: [-2, 2] }))),
    "Vx[1, 1] is not valid at position 1: -3 is below -2, as valid_range says; expected valid values",
  ],
  [
    "a value above valid_max",
    put(
      pdeBench,
      "Vy",
      as(having(zeros([3, 2, 4, 6], { 73: 3 }), { valid_min: -9, valid_max: 2.5 })),
    ),
    "Vy[1, 1] is not valid at position 1: 3 is above 2.5, as valid_max says",
  ],
  [
    "a valid_range of one number",
    put(pdeBench, "Vx", said({ valid_range: [2] })),
    'Vx: the attribute "valid_range" is 2; expected two numbers, the least first',
  ],
  ["a parameter that is NaN", having(pdeBench, { eta: nan }), 'the attribute "eta" is NaN'],
  ["no coordinate", put(pdeBench, "x-coordinate", null), "x-coordinate is missing"],
  [
    "NaN in a coordinate",
    put(pdeBench, "y-coordinate", as(zeros([6], { 5: nan }))),
    "y-coordinate: from index 0 to 1",
  ],
  [
    "a field without time",
    put(pdeBench, "density", as(zeros([3, 2]))),
    "density has the shape [3, 2]; expected [N, time, x, y]",
  ],
  [
    "too many times",
    put(pdeBench, "t-coordinate", as(line(5))),
    "t-coordinate has 5 values; expected 2 or 3",
  ],
])("HDF5 with %s is an error that says where", async ([, tree, message]) => {
  const path = join(dir, "bad.hdf5");
  await writeHdf5(path, tree);
  expect(await failure("DataError", path, optionsOf(tree))).toContain(
    `${path}: ${message}`.replace(/^.*: (has traj|bad.hdf5 has)/u, "$1"),
  );
});

test.for([
  ["t0_fields/density", well],
  ["sims/sim1", pbdl],
  ["sims/sim0/0", pbdlFrames],
  ["Vy", pdeBench],
] as const)("HDF5 with texts in place of %s is an error that says so", async ([name, tree]) => {
  const path = join(dir, "texts.hdf5");
  await writeHdf5(path, put(tree, name, null));
  const library = await hdf5Writer();
  const file = new library.File(path, "a");
  file.create_dataset({ name, data: ["1.0", "2.0"], shape: [2] });
  file.close();
  expect(await failure("DataError", path, box)).toContain(`${path}: ${name} is of type "S"`);
});

test.for([
  ["well/data/test/fixture_a.hdf5", ""],
  ["well-dummy.hdf5", ""],
  ["pbdl.hdf5", ""],
  ["pbdl-frames.hdf5", ""],
  ["apebench/waves_train.npy", "apebench"],
  ["apebench/waves.json", "apebench"],
  ["128_tra/sim_000001/velocity_000002.npz", "128_tra"],
  ["128_tra/sim_000000/src/description.json", "128_tra"],
])("%s cut anywhere is an error that names it", async ([name, root]) => {
  const whole = await readFile(fixture(name as string));
  const base = join(dir, "cut");
  await rm(base, { recursive: true, force: true });
  await mkdir(dirname(join(base, name as string)), { recursive: true });
  if (root !== "")
    await cp(fixture(root as string), join(base, root as string), { recursive: true });
  const path = join(base, name as string);
  const options: OpenDataOptions =
    root === "128_tra" ? { ...box, frameInterval: 1 } : { ...box, split: "train" };
  for (const part of [0, 0.02, 0.3, 0.7, 0.98, 1 - 1 / whole.length]) {
    await writeFile(path, whole.subarray(0, Math.floor(part * whole.length)));
    const opened = root === "" ? path : join(base, root as string);
    expect(await failure("DataError", opened, root === "" ? box : options)).toContain(path);
  }
});

const npy = (
  shape: number[],
  at: Readonly<Record<number, number>> = {},
  type: "f4" | "c8" | "U3" = "f4",
) => {
  const values = Float32Array.from(zeros(shape, at).values ?? []);
  const bytes = Buffer.from(dump(values, shape, {}));
  return Buffer.from(bytes.toString("latin1").replace("<f4", `<${type}`), "latin1");
};

test.for<[name: string, bytes: Buffer, message: string]>([
  ["NaN", npy([12, 3, 2, 4, 4], { 165: nan }), "[1, 2] is NaN at position 5"],
  [
    "another number of channels",
    npy([12, 3, 3, 4, 4]),
    "has the shape [12, 3, 3, 4, 4] of sample, time, channel and space; expected num_channels to be 2",
  ],
  ["another number of points", npy([12, 3, 2, 4, 5]), "expected num_points to be 4"],
  ["another number of axes", npy([12, 3, 2, 4]), "expected num_spatial_dims to be 2"],
  ["complex numbers", npy([12, 3, 2, 4, 4], {}, "c8"), 'is of type "c8"'],
  ["texts", npy([12, 3, 2, 4, 4], {}, "U3"), 'is of type "U3"'],
  [
    "pickled objects",
    Buffer.from(npy([1]).toString("latin1").replace("<f4", "|O8"), "latin1"),
    'is of type "O8"',
  ],
  ["a byte too many", Buffer.concat([npy([12, 3, 2, 4, 4]), Buffer.of(0)]), "bytes; expected"],
  ["no data at all", Buffer.from("nothing of the kind"), "cannot be read (Not an .npy file)"],
])("APEBench with %s is an error that says where", async ([, bytes, message]) => {
  const path = join(dir, "waves_train.npy");
  await cp(fixture("apebench/waves.json"), join(dir, "waves.json"));
  await writeFile(path, bytes);
  const text = await failure("DataError", path);
  expect(text).toContain(path);
  expect(text).toContain(message);
});

test.for([
  ["{}", 'has no "name" and "info"'],
  ['{"name": "waves", "info": {"dt": -1}}', '"dt" is -1; expected a positive number'],
  ['{"name": "waves", "info": {"domain_extent": null}}', '"domain_extent" is null'],
  ['{"name": "waves", "info": {"num_train_samples": 50}}', "num_train_samples to be 50"],
])("APEBench described as %s is an error that says so", async ([text, message]) => {
  await writeFile(join(dir, "waves.json"), text as string);
  await cp(fixture("apebench/waves_train.npy"), join(dir, "waves_train.npy"));
  expect(await failure("DataError", join(dir, "waves_train.npy"))).toContain(message);
});

/** A zip with one member, stored or deflated. */
async function npz(path: string, bytes: Buffer, { name = "arr_0.npy", isPacked = false } = {}) {
  const { crc32, deflateRawSync } = await import("node:zlib");
  const packed = isPacked ? deflateRawSync(bytes) : bytes;
  const method = isPacked ? 8 : 0;
  const le = (value: number, size: number) => {
    const out = Buffer.alloc(size);
    out.writeUIntLE(value, 0, size);
    return out;
  };
  const sizes = [
    le(crc32(bytes), 4),
    le(packed.length, 4),
    le(bytes.length, 4),
    le(name.length, 2),
  ];
  const common = [le(20, 2), le(0, 2), le(method, 2), le(0, 2), le(33, 2), ...sizes, le(0, 2)];
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), ...common, Buffer.from(name), packed]);
  const rest = [le(0, 2), le(0, 2), le(0, 2), le(0, 4), le(0, 4), Buffer.from(name)];
  const central = Buffer.concat([Buffer.from("PK\x01\x02"), le(20, 2), ...common, ...rest]);
  const end = [le(0, 4), le(1, 2), le(1, 2), le(central.length, 4), le(local.length, 4), le(0, 2)];
  await writeFile(path, Buffer.concat([local, central, Buffer.from("PK\x05\x06"), ...end]));
}

test.for<[name: string, damage: (sim: string) => Promise<void>, message: string]>([
  [
    "NaN",
    (sim) => npz(join(sim, "pressure_000002.npz"), npy([1, 4, 6], { 7: nan })),
    "pressure_000002.npz: arr_0 is NaN at position 7",
  ],
  [
    "a frame on another grid",
    (sim) => npz(join(sim, "pressure_000002.npz"), npy([1, 6, 4])),
    "pressure_000002.npz has the shape [1, 6, 4]; expected [1, 4, 6]",
  ],
  [
    "complex numbers",
    (sim) => npz(join(sim, "density_000001.npz"), npy([1, 4, 6], {}, "c8")),
    'density_000001.npz: arr_0.npy is of type "c8"',
  ],
  [
    "an array of another name",
    (sim) => npz(join(sim, "density_000001.npz"), npy([1, 4, 6]), { name: "arr_1.npy" }),
    "density_000001.npz has no member arr_0.npy",
  ],
  [
    "an array that unpacks to far more than its file",
    (sim) => npz(join(sim, "density_000001.npz"), npy([2 ** 20, 3]), { isPacked: true }),
    "density_000001.npz: arr_0.npy unpacks to 12.6 MB from a file of 0.01",
  ],
  [
    "fewer values than the header says",
    (sim) => npz(join(sim, "density_000001.npz"), npy([1, 4, 6]).subarray(0, -4)),
    "density_000001.npz: arr_0.npy has 164 bytes; expected 168",
  ],
  [
    "a flipped bit",
    async (sim) => {
      const path = join(sim, "density_000001.npz");
      await npz(path, npy([1, 4, 6]));
      const bytes = await readFile(path);
      bytes[200] = (bytes[200] as number) ^ 1;
      await writeFile(path, bytes);
    },
    "density_000001.npz: arr_0.npy differs from its checksum",
  ],
  [
    "a missing frame",
    (sim) => rm(join(sim, "velocity_000002.npz")),
    "velocity_000002.npz is missing",
  ],
  [
    "a missing field",
    async (sim) => {
      await rm(join(sim, "density_000001.npz"));
      await rm(join(sim, "density_000002.npz"));
    },
    "sim_000001 has the fields velocity, pressure; expected velocity, density, pressure",
  ],
  [
    "no description",
    (sim) => rm(join(sim, "src", "description.json")),
    "description.json is missing",
  ],
  [
    "a parameter of text",
    (sim) => writeFile(join(sim, "src", "description.json"), '{"Mach Number": "fast"}'),
    '"Mach Number" is "fast"; expected a finite number',
  ],
  [
    "a list with a hole",
    (sim) => writeFile(join(sim, "src", "description.json"), '{"Mach Number": [1, 2, null]}'),
    '"Mach Number"[2] is null',
  ],
  [
    "a list that is too short",
    (sim) => writeFile(join(sim, "src", "description.json"), '{"Mach Number": [1, 2]}'),
    '"Mach Number" has 2 values; expected one per frame, 3',
  ],
  [
    "no frame",
    async (sim) => {
      await rm(sim, { recursive: true });
      await mkdir(sim);
    },
    "sim_000001 holds no frame",
  ],
])("ACDM with %s is an error that says where", async ([, damage, message]) => {
  const base = join(dir, "128_tra");
  await rm(base, { recursive: true, force: true });
  await cp(fixture("128_tra"), base, { recursive: true });
  const sim = join(base, "sim_000001");
  await damage(sim);
  const text = await failure("DataError", base, { ...box, frameInterval: 1 });
  expect(text).toContain(sim);
  expect(text).toContain(message);
});
