import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openTrajectoryStore } from "@eddyflow/datasets";
import FileSystemStore from "@zarrita/storage/fs";
import { File, ready } from "h5wasm/node";
import { dump } from "npyjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { create, set } from "zarrita";
import { runApp } from "./run-app.ts";

const root = join(import.meta.dirname, "../../..");
const page = await readFile(join(root, "packages/datasets/README.md"), "utf8");

/** Files of the page, by their names below `own/`. */
const files = [...page.matchAll(/```ts own\/(\S+)\n([\s\S]*?)```/gu)].map(
  ([, name = "", text = ""]) => ({ name, text }),
);
/** Its commands, as words. */
const commands = (/```sh\n(node own\/[\s\S]*?)```/u.exec(page)?.[1] ?? "")
  .trim()
  .split("\n")
  .map((line) => line.split(" "));

// Where a person would put them: inside the checkout, so that the packages are found.
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(root, "own-"));
});
afterAll(() => rm(folder, { recursive: true }));

const [frames, n] = [4, 8];

/** A wave that travels: vx and vy of `trajectories` runs. */
const wave = (trajectories: number) =>
  Float32Array.from({ length: trajectories * frames * n * n * 2 }, (_, i) => {
    const [channel, x, y] = [i % 2, Math.floor(i / 2) % n, Math.floor(i / (2 * n)) % n];
    const [time, run] = [
      Math.floor(i / (2 * n * n)) % frames,
      Math.floor(i / (2 * n * n * frames)),
    ];
    const phase = (2 * Math.PI * (channel === 0 ? y - time : x + time)) / n;
    return Math.sin(phase + run) * (1 + channel);
  });

const shapeOf = (trajectories: number) => [trajectories, frames, n, n, 2];

async function writeArrays(): Promise<void> {
  await ready;
  const file = new File(join(folder, "train.h5"), "w");
  file.create_dataset({ name: "u", data: wave(3), shape: shapeOf(3) });
  file.close();
  const npy = dump(wave(1), shapeOf(1));
  await writeFile(join(folder, "validation.npy"), new Uint8Array(npy));
  const array = await create(new FileSystemStore(join(folder, "test.zarr")), {
    shape: shapeOf(2),
    chunkShape: [1, frames, n, n, 2],
    dtype: "float32",
  });
  await set(array, null, {
    data: wave(2),
    shape: shapeOf(2),
    stride: [frames * n * n * 2, n * n * 2, n * 2, 2, 1],
  });
}

test("the page on own data leads from arrays of three formats to a forecast", {
  tags: ["slow"],
}, async () => {
  expect(files.map(({ name }) => name)).toEqual(["make-stores.ts", "flow.ts"]);
  for (const { name, text } of files) await writeFile(join(folder, name), text);
  await writeArrays();
  const short = [
    ...["--max-iters", "2", "--backend", "cpu"],
    ...["network.features=[4,6]", "models.velocity.sampler.steps=1"],
  ];
  const quick = [
    "--backend",
    "cpu",
    "--samples",
    "2",
    "--members",
    "2",
    "--rollout-len",
    "2",
    "--batch",
    "2",
  ];
  const said: string[] = [];
  for (const [program, ...words] of commands) {
    const here = words.map((word) => word.replace(/\bown\//u, `${folder}/`));
    if (program === "node") {
      await promisify(execFile)(process.execPath, here);
      continue;
    }
    const [, app, , ...args] = here as [string, "trainer" | "evaluator", string, ...string[]];
    expect(words.slice(0, 3)).toEqual(["run", app, "--"]);
    const model = args[1] ?? "";
    const less = [`models.${model}.batchSize=2`, `models.${model}.validationPairs=2`];
    const extra =
      app === "trainer"
        ? [...short, ...less]
        : args[0] === "predict"
          ? ["--backend", "cpu", "--steps", "2"]
          : quick;
    said.push(await runApp(app, folder, [...args, ...extra]));
  }
  expect(said[0]).toContain("9 pairs, 2 to validate");
  expect(said[2]).toMatch(/^persistence .* \d\.\d/mu);
  const stored = await openTrajectoryStore(join(folder, "data", "test.zarr"));
  const again = () => promisify(execFile)(process.execPath, [join(folder, "make-stores.ts")]);
  expect((await again()).stdout).toContain("test: trajectory 1 is kept");
  await writeFile(
    join(folder, "validation.npy"),
    new Uint8Array(
      dump(
        wave(2).map((value) => 2 * value),
        shapeOf(2),
      ),
    ),
  );
  await expect(again()).rejects.toThrow("sha256");
  const size = stored.description.frames * n * n * 2;
  expect(await stored.readFrames(1, 0, frames)).toEqual(wave(2).subarray(size));
  const forecast = await openTrajectoryStore(join(folder, "forecast.zarr"));
  expect(forecast.description).toMatchObject({
    channels: ["vx", "vy"],
    frames: 3,
    trajectories: 2,
    frameInterval: 0.1,
  });
  expect(await forecast.readFrames(1, 0, 1)).toEqual(await stored.readFrames(1, 0, 1));
});
