import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openTrajectoryStore } from "@eddyflow/datasets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocksOf } from "./example.ts";
import { runApp } from "./run-app.ts";

const root = join(import.meta.dirname, "../../..");
const fixtures = join(root, "tooling/reference/formats");
const page = await readFile(join(root, "packages/datasets/README.md"), "utf8");
const section = page.slice(page.indexOf("## Own data"), page.indexOf("## Exports"));
const guide = await readFile(join(root, "docs/guides/own-data.md"), "utf8");
const webGuide = await readFile(join(root, "docs/guides/web-page.md"), "utf8");

/** The lists of commands of a page, as words. */
const commandsIn = (text: string) =>
  blocksOf(text, "sh").map((block) =>
    block
      .trim()
      .split("\n")
      .map((line) => line.split(/ +/u)),
  );
/** The two lists of the page. */
const [chain = [], imports = []] = commandsIn(section);

/** What Python made, by the names that the page gives it. */
const files: Readonly<Record<string, string>> = {
  "flow.npz": "own/plain.npz",
  "array.npy": "own/double-fortran.npy",
  ...Object.fromEntries([0, 1, 2, 3].map((n) => [`run${n}.npy`, `own/run${n}.npy`])),
  ...Object.fromEntries(["vx", "vy", "p"].map((name) => [`${name}.npy`, `own/${name}.npy`])),
  "flow.h5": "own/flow.h5",
  "sims.h5": "own/groups.h5",
  ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => [`nc${n}.nc`, `own/nc${n}.nc`])),
  "line.npy": "own/line.npy",
  "2D_CFD_periodic.hdf5": "pdebench_periodic.hdf5",
  well: "well",
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-own-"));
  for (const [name, from] of Object.entries(files)) {
    await cp(join(fixtures, from), join(folder, name), { recursive: true });
  }
  const zarrs = JSON.parse(await readFile(join(fixtures, "own/zarrs.json"), "utf8"));
  for (const [path, text] of Object.entries(zarrs as Record<string, string>)) {
    const own = path
      .replace(/^v3-transpose\.zarr/u, "flow.zarr")
      .replace(/^dataset\.zarr/u, "xarray.zarr");
    await mkdir(dirname(join(folder, own)), { recursive: true });
    await writeFile(join(folder, own), Buffer.from(text, "base64"));
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** What a shell makes of a pattern. */
async function expand(words: readonly string[]): Promise<readonly string[]> {
  const names = (await readdir(folder)).toSorted();
  return words.flatMap((word) => {
    const wanted = new RegExp(`^${word.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`, "u");
    const found = word.includes("*") ? names.filter((name) => wanted.test(name)) : [];
    return found.length > 0 ? found : [word];
  });
}

/** 64 trajectory + 16 time + 4 y + x + channel / 2, as make-own.py has it. */
const value = (n: number, time: number, y: number, x: number, c: number) =>
  64 * n + 16 * time + 4 * y + x + c / 2;

/** The trajectory of each import that is tested on, and what else is known of it. */
const known: Readonly<
  Record<string, { readonly n: number; readonly channels: readonly number[] }>
> = {
  array: { n: 2, channels: [0, 1, 2] },
  runs: { n: 1, channels: [0, 1, 2] },
  channels: { n: 2, channels: [0, 1, 2] },
  hdf5: { n: 2, channels: [0, 1, 2] },
  groups: { n: 1, channels: [0] },
  netcdf: { n: 2, channels: [0, 1] },
  zarr: { n: 2, channels: [0, 1, 2] },
  xarray: { n: 2, channels: [2, 0, 1] },
  line: { n: 2, channels: [0] },
};

test.each(imports.map((words) => ({ words, name: words.at(-1)?.split("/")[1] ?? "" })))(
  "the page's import of $name gives stores with the values that Python wrote",
  { tags: ["slow"] },
  async ({ words, name }) => {
    expect(words.slice(0, 3)).toEqual(["npm", "run", "import"]);
    const said = await runApp("importer", folder, await expand(words.slice(4)));
    expect(said).toContain(`next  npm run trainer -- data/${name} velocity\n`);
    const text = await readFile(join(folder, "data", name, "experiment.ts"), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThan(10);
    const store = await openTrajectoryStore(join(folder, "data", name, "test.zarr"));
    const expected = known[name];
    if (expected === undefined) return;
    const frame = await store.readFrames(0, 1, 1);
    const wanted = Array.from({ length: frame.length }, (_, i) => {
      const [c, point] = [i % expected.channels.length, Math.floor(i / expected.channels.length)];
      return value(expected.n, 1, Math.floor(point / 4), point % 4, expected.channels[c] as number);
    });
    expect(Array.from(frame)).toEqual(wanted);
  },
);

/** Code without its line breaks, which the formatter sets anew in a page. */
const onOneLine = (code: string) => code.replace(/,(?=\s*[}\]])/gu, "").replace(/\s+/gu, " ");

test("the guide to own data has the page's five commands", () => {
  expect(commandsIn(guide).flat()).toEqual(chain);
});

test("the page's five commands lead from a file to a forecast of an evaluated student, and the guide's to its export", {
  tags: ["slow"],
}, async () => {
  expect(chain).toHaveLength(5);
  const short = ["--max-iters", "2", "--backend", "cpu", "network.features=[4]"];
  const less = ["training.batchSize=2", "training.validationPairs=2"];
  const amounts = ["--samples", "2", "--members", "2", "--rollout-len", "2", "--batch", "2"];
  const said: string[] = [];
  for (const [npm, run, app = "", dashes, ...args] of chain) {
    expect([npm, run, dashes]).toEqual(["npm", "run", "--"]);
    const extra = {
      import: [],
      trainer: [
        ...short,
        ...less,
        ...(args[1] === "velocity" ? ["models.velocity.sampler.steps=1"] : []),
      ],
      evaluator: ["--backend", "cpu", ...(args[0] === "predict" ? ["--steps", "2"] : amounts)],
    }[app] as readonly string[];
    const name = app === "import" ? "importer" : (app as "trainer" | "evaluator");
    said.push(await runApp(name, folder, [...args, ...extra]));
  }
  expect(`${said[0]}`).toBe(blocksOf(guide, "text")[0]);
  const written = await readFile(join(folder, "data/flow/experiment.ts"), "utf8");
  expect(onOneLine(written)).toBe(onOneLine(blocksOf(guide, "ts")[0] ?? ""));
  expect(said[1]).toContain("12 pairs, 2 to validate");
  expect(said[3]).toMatch(/^persistence .* \d\.\d/mu);
  const stored = await openTrajectoryStore(join(folder, "data/flow/test.zarr"));
  const forecast = await openTrajectoryStore(join(folder, "forecast.zarr"));
  expect(forecast.description).toMatchObject({
    channels: ["vx", "vy", "p"],
    frames: 3,
    trajectories: 1,
    frameInterval: 0.1,
  });
  expect(await forecast.readFrames(0, 0, 1)).toEqual(await stored.readFrames(0, 0, 1));

  const [exporting = []] = commandsIn(webGuide)[0] ?? [];
  expect(exporting.slice(0, 5)).toEqual(["npm", "run", "evaluator", "--", "export"]);
  await runApp("evaluator", folder, exporting.slice(4));
  const exported = await readdir(join(folder, exporting.at(-1) ?? ""));
  expect(exported).toEqual(expect.arrayContaining(["average.safetensors", "manifest.json"]));
});
