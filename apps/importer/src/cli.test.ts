import { execFile, spawnSync } from "node:child_process";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { isEddyflowError } from "@eddyflow/core";
import { parseFlags } from "command-line";
import { dump } from "npyjs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandSpec } from "./command-spec.ts";
import { runImporter } from "./run-importer.ts";

const cli = join(import.meta.dirname, "cli.ts");
const fixtures = join(import.meta.dirname, "../../../tooling/reference/formats/own");

let dir = "";
/** Writes an array of 1, 2, 3 … with some values in its place. */
const npy = async (
  name: string,
  shape: readonly number[],
  changed: Record<number, number> = {},
) => {
  const values = Float32Array.from({ length: shape.reduce((size, n) => size * n, 1) }, (_, i) => i);
  for (const [at, value] of Object.entries(changed)) values[Number(at)] = value;
  await writeFile(join(dir, name), new Uint8Array(dump(values, [...shape])));
};
beforeAll(async () => {
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  dir = await mkdtemp(join(tmpdir(), "eddyflow-importer-"));
  vi.stubEnv("INIT_CWD", dir);
  for (const name of ["c.npy", "flow.h5", "nc0.nc", "nc1.nc", "plain.npz"]) {
    await copyFile(join(fixtures, name), join(dir, name));
  }
  const packed = JSON.parse(await readFile(join(fixtures, "../zarrs.json"), "utf8"));
  for (const [name, text] of Object.entries(packed as Record<string, string>)) {
    if (!name.startsWith("lzma/")) continue;
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), Buffer.from(text, "base64"));
  }
  await npy("nan.npy", [4, 3, 2, 4], { 61: Number.NaN });
  await npy("wide.npy", [4, 3, 2, 6]);
  await npy("plain.npy", [4, 3, 2, 4]);
  await npy("run_train.npy", [4, 3, 2, 4]);
  await npy("empty.npy", [0, 3, 2, 4]);
  await npy("other.npy", [4, 3, 2, 4]);
  await npy("short.npy", [1, 3, 2, 4]);
  await npy(
    "still.npy",
    [4, 3, 2, 4, 2],
    Object.fromEntries(Array.from({ length: 96 }, (_, i) => [2 * i, 7])),
  );
  const kelvin = await readFile(join(dir, "nc1.nc"));
  kelvin.write("m h-1", kelvin.indexOf("m s-1"), "latin1");
  await writeFile(join(dir, "hours.nc"), kelvin);
  await writeFile(join(dir, "notes.txt"), "text");
  await writeFile(join(dir, "cut.npy"), (await readFile(join(dir, "c.npy"))).subarray(0, 900));
  await symlink(fixtures, join(dir, "elsewhere"));
  await mkdir(join(dir, "linked"));
  await symlink(join(fixtures, "c.npy"), join(dir, "linked", "c.npy"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(dir, { recursive: true });
});

const start = (words: readonly string[]) =>
  spawnSync(process.execPath, [cli, ...words], {
    cwd: dir,
    env: { ...process.env, INIT_CWD: dir },
    encoding: "utf8",
  });

const axes = ["--axes", "trajectory,time,y,x"];
const walls = ["--boundary", "wall"];

test.for<[what: string, words: readonly string[], says: string]>([
  ["no file", [], "no file is named; expected files to import"],
  ["a file that is missing", ["no.npy"], "no.npy is missing"],
  ["a folder with a link", ["linked", ...walls], "linked/c.npy is a link; expected files"],
  ["a file of another format", ["notes.txt"], "notes.txt is of an unknown format; expected HDF5"],
  ["a file that was cut short", ["cut.npy", ...walls], "cut.npy has 900 bytes; expected 4736"],
  [
    "axes that nobody says",
    ["c.npy", ...walls],
    "nothing says what the 5 axes of c.npy are, [6, 4, 4, 4, 3]; expected --axes",
  ],
  [
    "too few axes",
    ["c.npy", ...walls, ...["--axes", "time,y,x"]],
    "c.npy has 5 axes, [6, 4, 4, 4, 3], and --axes names 3: time,y,x",
  ],
  [
    "an array without values",
    ["empty.npy", ...axes, ...walls],
    "empty.npy is empty, of the shape [0, 3, 2, 4]",
  ],
  [
    "an axis that is none",
    ["c.npy", "--axes", "run,time,y,x"],
    '--axes names "run"; expected trajectory, time, z, y, x, channel',
  ],
  ["an axis twice", ["c.npy", "--axes", "time,y,x,x"], '--axes time,y,x,x names "x" twice'],
  [
    "an axis of channels that is not there",
    ["plain.npy", ...walls, "--axes", "trajectory,time,y,x,channel"],
    "plain.npy has 4 axes, [4, 3, 2, 4], and --axes names 5",
  ],
  ["no axis of space", ["c.npy", "--axes", "time,channel"], "has no axis of space"],
  [
    "a dataset that is not there",
    ["flow.h5", "--dataset", "speed"],
    'flow.h5 has no dataset "speed"; expected half, label, pressure, t, velocity, x, y',
  ],
  ["a dataset of texts", ["flow.h5", "--dataset", "label"], "label is of type"],
  [
    "channels of another number",
    ["c.npy", ...walls, "--channels", "a,b", "--axes", "trajectory,time,y,x,channel"],
    "--channels names 2, and c.npy has 3",
  ],
  [
    "a vector of another channel",
    ["plain.npy", ...axes, ...walls, "--channels", "vx", "--vectors", "vx,vy"],
    '--vectors names the channel "vy"; expected vx',
  ],
  [
    "a vector without directions",
    ["c.npy", ...walls, "--axes", "trajectory,time,y,x,channel", "--vectors", "c0,c1"],
    'nothing says along which axis the component "c0" points',
  ],
  [
    "NaN",
    ["nan.npy", ...axes, ...walls, "--channels", "u"],
    "nan.npy[2, 1, 1, 1] is NaN; expected finite values",
  ],
  [
    "files of mixed shapes",
    ["plain.npy", "wide.npy", ...axes, ...walls, "--channels", "u"],
    "wide.npy has the axes of space y 2, x 6; expected y 2, x 4, as plain.npy has",
  ],
  [
    "channels of mixed shapes",
    ["plain.npy", "wide.npy", ...axes, ...walls, "--channels", "plain,wide"],
    "wide.npy has time 3, trajectory 4, x 6, y 2; expected time 3, trajectory 4, x 4, y 2",
  ],
  [
    "files that may be channels or trajectories",
    ["plain.npy", "other.npy", ...axes, ...walls],
    "plain.npy, other.npy may be channels, or trajectories of one channel; expected --channels",
  ],
  [
    "an unknown codec",
    ["lzma", "--axes", "time,y,x", ...walls],
    "lzma is packed by lzma; expected bytes",
  ],
  [
    "units that differ",
    ["nc0.nc", "hours.nc", "nc1.nc", ...walls],
    "hours.nc has the units m h-1, m s-1; expected m s-1, m s-1, as nc0.nc has",
  ],
  [
    "no boundary",
    ["plain.npy", ...axes, "--channels", "u"],
    "nothing says what is at the ends of y, x; expected --boundary",
  ],
  [
    "another boundary",
    ["plain.npy", ...axes, "--boundary", "open"],
    "--boundary is open for 2 axes of space; expected periodic or wall",
  ],
  [
    "a boundary of three axes",
    ["plain.npy", ...axes, "--boundary", "wall,wall,wall"],
    "--boundary is wall,wall,wall for 2 axes of space",
  ],
  [
    "an extent of one axis",
    ["plain.npy", ...axes, ...walls, "--extent", "1"],
    "--extent is 1 for 2 axes of space; expected 2 positive lengths",
  ],
  [
    "a step of time that is none",
    ["plain.npy", ...axes, ...walls, "--dt", "0"],
    "--dt is 0; expected a positive time",
  ],
  [
    "shares that do not add up",
    ["plain.npy", ...axes, ...walls, "--splits", "80,10,20"],
    "--splits 80,10,20 adds up to 110",
  ],
  [
    "two shares",
    ["plain.npy", ...axes, ...walls, "--splits", "80,20"],
    "--splits 80,20 is neither three shares nor a list of each split",
  ],
  [
    "a list that is given in two parts",
    ["plain.npy", ...axes, ...walls, "--splits", "80", "--splits", "20"],
    "--splits 80,20 is neither three shares nor a list of each split",
  ],
  [
    "shares and lists",
    ["plain.npy", ...axes, ...walls, "--splits", "80,test=1"],
    "--splits mixes shares with lists (80)",
  ],
  [
    "a split that is missing",
    ["plain.npy", ...axes, ...walls, "--splits", "train=0,test=1"],
    "--splits says nothing of validation",
  ],
  [
    "a split that is said twice",
    ["plain.npy", ...axes, ...walls, "--splits", "train=0,validation=1,test=2,train=3"],
    "--splits has train= twice",
  ],
  [
    "a file among files that are called after splits",
    ["run_train.npy", "plain.npy", ...axes, ...walls, "--channels", "u"],
    "run_train.npy is called after a split, and plain.npy is not; expected",
  ],
  [
    "a split of another name",
    ["plain.npy", ...axes, ...walls, "--splits", "train=0,dev=1,test=2"],
    '--splits names the split "dev"',
  ],
  [
    "a trajectory that is not there",
    ["plain.npy", ...axes, ...walls, "--splits", "train=0-2,validation=3,test=4"],
    "--splits names the trajectories 4; expected numbers from 0 to 3",
  ],
  [
    "a trajectory in two splits",
    ["plain.npy", ...axes, ...walls, "--splits", "train=0-2,validation=2,test=3"],
    "--splits has plain.npy[2] twice",
  ],
  [
    "too few frames to split",
    ["short.npy", ...axes, ...walls],
    "short.npy[0] with 3 frames, cannot be split",
  ],
  [
    "a channel that never changes",
    ["still.npy", ...walls, "--axes", "trajectory,time,y,x,channel"],
    "the channel c0 is 7 everywhere in the training split",
  ],
])("%s is refused in one line, and nothing is written", async ([, words, says]) => {
  const error = await runImporter(
    parseFlags([...words, "--out", "out"], commandSpec),
    new AbortController().signal,
  ).catch((thrown: unknown) => thrown);
  expect(isEddyflowError(error), String(error)).toBe(true);
  expect((error as Error).message).toContain(says);
  expect((error as Error).message).not.toContain("\n");
  expect(await readdir(dir)).not.toContain("out");
});

test("a refusal is a line on stderr and exit code 2", () => {
  const { status, stdout, stderr } = start(["nan.npy", ...axes, ...walls, "--out", "out"]);
  expect(stderr).toMatch(/^import: nan\.npy\[2, 1, 1, 1\] is NaN; expected finite values; .*\n$/u);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

test("nothing is written through a link, and a folder to write into is asked for", async () => {
  const words = ["plain.npy", ...axes, ...walls];
  expect(start(words).stderr).toContain("nothing says where to write; expected --out DIR");
  const { status, stderr } = start([...words, "--out", "elsewhere"]);
  expect(status).toBe(2);
  expect(stderr).toContain("elsewhere is a link");
});

test("a dry run shows names, shapes, types, ranges and what is assumed, and writes nothing", async () => {
  const { stdout, status } = start([
    "plain.npz",
    "--axes",
    "trajectory,time,y,x",
    "--boundary",
    "periodic",
    "--dry-run",
  ]);
  expect(status).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "found       plain.npz: vx: float32 [6, 4, 4, 4], trajectory, time, y, x",
    "            plain.npz: vy: float32 [6, 4, 4, 4], trajectory, time, y, x",
    "            plain.npz: p: float32 [6, 4, 4, 4], trajectory, time, y, x",
    "            plain.npz: t: float64 [4]",
    "            plain.npz: dt: float64 []",
    "            plain.npz: nu: float64 [6]",
    "channels    vx from 0 to 383",
    "            vy from 0.5 to 383.5",
    "            p from 1 to 384",
    "vectors     vx, vy",
    "grid        y 4 points, 4 long, periodic; x 4 points, 4 long, periodic",
    "frames      0.1 apart",
    "parameters  nu",
    "train       4 trajectories of 4 frames: plain.npz: vx[0], plain.npz: vx[1], plain.npz: vx[3], plain.npz: vx[4]",
    "validation  1 trajectory of 4 frames: plain.npz: vx[5]",
    "test        1 trajectory of 4 frames: plain.npz: vx[2]",
    "assumed     lengths are counted in points (--extent)",
    "            vx, vy are the components of a vector, by their names (--vectors; none for none)",
    "            the trajectories are split 80 : 10 : 10, evenly spread (--splits 80,10,10)",
    "nothing is written (--dry-run)",
    "",
  ]);
  expect(await readdir(dir)).not.toContain("plain");
});

test("an import that is killed goes on with the same command, which says the next one", async () => {
  const words = [
    "plain.npz",
    "--axes",
    "trajectory,time,y,x",
    "--boundary",
    "periodic",
    "--out",
    "a b",
  ];
  const run = promisify(execFile)(process.execPath, [cli, ...words], {
    cwd: dir,
    env: { ...process.env, INIT_CWD: dir },
  });
  const waitForStore = async () => {
    for (;;) {
      const there = await readdir(join(dir, "a b")).catch(() => []);
      if (there.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await waitForStore();
  run.child.kill("SIGKILL");
  await run.catch(() => undefined);
  const { stdout, status } = start(words);
  expect(status).toBe(0);
  expect(stdout).toContain("next  npm run trainer -- 'a b' velocity\n");
  expect((await readdir(join(dir, "a b"))).toSorted()).toEqual([
    "experiment.ts",
    "test.zarr",
    "train.zarr",
    "validation.zarr",
  ]);
  const again = start(words);
  expect(again.stdout).toContain("6 trajectories were there already");
  const text = await readFile(join(dir, "a b", "experiment.ts"), "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThan(10);
  await writeFile(join(dir, "a b", "experiment.ts"), `${text}// mine\n`);
  expect(start(words).stdout).toContain("is another one, and stays as it is");
});
