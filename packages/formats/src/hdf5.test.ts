import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { isEddyflowError } from "@eddyflow/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHdf5 } from "./hdf5.ts";
import { fixture } from "./open-data.test.helpers.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-hdf5-"));
});
afterAll(() => rm(dir, { recursive: true }));

/** What the error of a read says. */
async function refusal(path: string, dataset: string, at: readonly number[] = []): Promise<string> {
  const error = await openHdf5(path)
    .then((file) => file.read(dataset, at))
    .then(
      () => "no error",
      (thrown: unknown) => thrown,
    );
  expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
  return (error as Error).message.replace(path, "FILE");
}

const count = (length: number) => Array.from({ length }, (_, i) => i);

const layouts = ["earliest", "latest"].map((written) => ({
  written,
  path: fixture(`layouts/${written}.hdf5`),
}));

test.for(layouts)(
  "every layout of HDF5 is read, as the $written library writes it",
  async ({ path }) => {
    const file = await openHdf5(path);
    const names = (await file.names("/")).filter((name) => !name.endsWith("-holes"));
    expect(names.length).toBeGreaterThan(9);
    for (const name of names) {
      const values = Array.from(await file.read(name));
      if (name !== "compact") expect(values, name).toEqual(count(values.length));
    }
    expect(Array.from(await file.read("compact"))).toEqual([0, 1, 5, 6]);
    expect(Array.from(await file.read("free-gzip", [3, null, 1]))).toEqual([61, 66, 71, 76]);
  },
);

test.for(layouts)(
  "values that were never written are refused, in every layout of the $written library",
  async ({ path }) => {
    const file = await openHdf5(path);
    for (const name of (await file.names("/")).filter((one) => one.endsWith("-holes"))) {
      const isWhole = /contiguous|one/u.test(name);
      const missing = name.startsWith("many")
        ? "1099 of 1100 chunks; not that at [1099, 0]"
        : /one/u.test(name)
          ? "0 of 1 chunks; not that at [0, 0, 0]"
          : isWhole
            ? "no value"
            : "18 of 36 chunks; not that at [1, 0, 0]";
      expect(await refusal(path, name)).toContain(
        `FILE: ${name} was never written in full: it has ${missing}; expected every value`,
      );
    }
  },
);

test("a filter that cannot be read is named, with the command that repacks the file", async () => {
  expect(await refusal(fixture("odd.hdf5"), "lzf")).toBe(
    "FILE: lzf is packed by LZF; expected gzip, or no compression; repack it: h5repack -f GZIP=4 in.hdf5 out.hdf5",
  );
});

test("scale_factor and add_offset are applied, and where they are no numbers that is said", async () => {
  const file = await openHdf5(fixture("odd.hdf5"));
  expect(Array.from(await file.read("packed", [1]))).toEqual([12, 12.5, 13, 13.5]);
  expect(await refusal(file.path, "wordy")).toContain(
    'FILE: wordy: the attribute "scale_factor" is ["two"]; expected a number',
  );
});

test("values of _FillValue, of missing_value and of NetCDF's own are refused with their place", async () => {
  const path = fixture("odd.hdf5");
  for (const [name, says] of [
    ["filled", "100000002004087730000 is _FillValue"],
    ["missing", "-1 is missing_value"],
    ["unwritten", "9.969209968386869e+36 is NetCDF's fill value"],
  ] as const) {
    expect(await refusal(path, name, [1])).toContain(
      `FILE: ${name}[1] is missing at position 2: ${says}; expected a value everywhere`,
    );
    expect(Array.from(await (await openHdf5(path)).read(name, [0]))).toEqual([0, 1, 2, 3]);
  }
});

test("a view of another file and values in another file are not followed", async () => {
  for (const [name, dataset] of [
    ["virtual.hdf5", "u"],
    ["external.hdf5", "Vx"],
  ] as const) {
    expect(await refusal(fixture(name), dataset)).toContain(
      `FILE: the values of ${dataset} lie in other files; expected values inside the file`,
    );
  }
});

test("a chunk that unpacks to far more than the file is refused before it is unpacked", async () => {
  expect(await refusal(fixture("odd.hdf5"), "bomb")).toContain(
    "a chunk of FILE: bomb unpacks to 16.8 MB from a file of 0.0314 MB; expected at most 8.51 MB",
  );
});

const le = (value: number, size: number): Buffer => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out.subarray(0, size);
};

/** The bytes with those at one place replaced by others of the same number; they are there once. */
function replaced(bytes: Buffer, find: Buffer, by: Buffer): Buffer {
  const at = bytes.indexOf(find);
  expect([at, bytes.indexOf(find, at + 1)]).toEqual([expect.any(Number), -1]);
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + find.length)]);
}

/** Of the dataset `one-gzip` in the file of the earliest library: its chunk in bytes, and where it lies. */
const [chunkBytes, chunkAddress] = [229, 56_208];

test("a chunk that unpacks to more than it says ends at the memory that the file may take", async () => {
  const whole = await readFile(fixture("layouts/earliest.hdf5"));
  const stream = deflateSync(Buffer.alloc(64 * 2 ** 20), { level: 1 });
  const key = (bytes: number) => Buffer.concat([le(bytes, 4), le(0, 4 + 3 * 8), le(0, 8)]);
  const longer = Buffer.concat([
    replaced(whole, le(whole.length, 8), le(whole.length + stream.length, 8)),
    stream,
  ]);
  const lying = replaced(longer, key(chunkBytes), key(stream.length));
  const path = join(dir, "bomb.hdf5");
  await writeFile(path, replaced(lying, le(chunkAddress, 8), le(whole.length, 8)));
  expect(await refusal(path, "one-gzip")).toContain(
    "FILE: one-gzip cannot be read; expected a whole",
  );
});

/** A file whose texts send the library round in a circle: one bit of the heap that holds them differs. */
async function endless(): Promise<string> {
  const path = join(dir, "endless.hdf5");
  const bytes = await readFile(fixture("pbdl-frames.hdf5"));
  bytes[17_094 >> 3] = (bytes[17_094 >> 3] as number) ^ (1 << (17_094 & 7));
  await writeFile(path, bytes);
  return path;
}

test("a file that sends the library round in a circle is an error, and others are read meanwhile", async () => {
  const path = await endless();
  const text = (await openHdf5(path)).attribute("sims", "Fields Scheme");
  const other = openHdf5(fixture("odd.hdf5")).then((file) => file.read("packed", [0]));
  await expect(text).rejects.toThrow(`${path}: it sends its reader round in a circle`);
  expect(Array.from(await other)).toEqual([10, 10.5, 11, 11.5]);
});

test("a process that reads such a file ends at once where its handler of Ctrl-C says so", async () => {
  const module = new URL("./open-data.ts", import.meta.url).href;
  const script = `
    process.on("SIGINT", () => process.exit(130));
    const { openData } = await import(${JSON.stringify(module)});
    setTimeout(() => process.kill(process.pid, "SIGINT"), 500);
    await openData(${JSON.stringify(await endless())});`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  expect(await once(child, "exit")).toEqual([130, null]);
});
