import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { decodeSafetensors, encodeSafetensors, paramsToArrays } from "@eddyflow/checkpointing";
import type { Params } from "@eddyflow/core";
import { keyFor, normalTensor } from "@eddyflow/random";
import { dispose, tensor } from "@tensorflow/tfjs-core";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { chosen } from "../studies/chosen.ts";
import { prepareTable, tableFlags, useOnly, writeTable } from "../table-place.ts";
import { slugOf } from "../work/slug.ts";
import { boardPoints, divergence } from "./board.ts";
import { boardPicture } from "./board-picture.ts";
import { drawnSamples } from "./drawn-samples.ts";
import {
  type BoardMethod,
  type BoardSampler,
  type BoardTraining,
  boardMethods,
  teacherObjective,
} from "./methods.ts";
import { pointVelocity } from "./point-network.ts";
import { type BoardRow, boardTable } from "./rows.ts";
import { train } from "./train.ts";

const folder = join(import.meta.dirname, "../../../../runs/compare-checkerboard");
const region = "compare-checkerboard";
/** Samples of each histogram, drawn in so many parts. */
const [sampleCount, parts] = [2 ** 16, 16];

/** The nearest to the board with one evaluation. */
const drawnMethod = "lagrangian";

const spec = {
  name: "pnpm compare:checkerboard",
  about:
    "distils a velocity field of a two-dimensional checkerboard by several methods, and compares them.",
  usage: [
    "pnpm compare:checkerboard [--iterations N] [--seed N] [--only PART] [--json FILE] [--readme FILE]",
    "pnpm compare:checkerboard --pictures FOLDER [--iterations N] [--seed N]",
  ],
  flags: {
    iterations: {
      type: "integer",
      value: "N",
      min: 10,
      about:
        "of the teacher and of each student, batches of 2,048; 1000 if not given (published: 20000)",
    },
    seed: { type: "integer", value: "N", min: 0, about: "of weights and draws; 0 if not given" },
    only: { type: "string", value: "PART", about: "only methods whose name contains it" },
    pictures: {
      type: "string",
      value: "FOLDER",
      about: `no table: draw there in SVG how the teacher and the student of ${drawnMethod} get from noise to the board`,
    },
    ...tableFlags(region),
  },
  notes: [
    `Methods: ${boardMethods.map(({ name, about }) => `${name} (${about})`).join("; ")}.`,
    "The network has four hidden layers of 512 with GELU. KL is of the board from 65,536 samples, over a histogram of 16 × 16.",
    "What is done is kept in runs/compare-checkerboard: interrupted, the same command goes on with the next method.",
  ],
} as const satisfies CommandSpec;

async function keep(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}

async function loadWeights(path: string): Promise<Params> {
  const { arrays } = decodeSafetensors(await readFile(path), path);
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [
      name,
      tensor(data as Float32Array, [...shape], "float32"),
    ]),
  );
}

async function divergenceOf({ sample }: BoardSampler, seed: number): Promise<number> {
  const count = sampleCount / parts;
  const points = new Float32Array(2 * sampleCount);
  for (let part = 0; part < parts; part++) {
    const noise = normalTensor(keyFor(seed, "sampled noise", part), [count, 2]);
    const end = sample(noise);
    points.set(await end.data<"float32">(), 2 * part * count);
    dispose([noise, end]);
  }
  return divergence(points);
}

await runCommand("compare:checkerboard", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, useOnly);
  if (flags === null) return;
  const { iterations = 1000, seed = 0 } = flags;
  const methods = chosen(boardMethods, flags.only);
  await prepareTable({ region, flags });
  await mkdir(folder, { recursive: true });
  await useBackend("auto");
  const place = (name: string, ending: string) =>
    join(folder, `${slugOf(name)}-${iterations}-seed${seed}.${ending}`);

  const trainWithBar = (name: string) => async (training: BoardTraining) => {
    const bar = progressBar(name, training.iterations, { unit: "steps" });
    let done = 0;
    const params = await train({
      ...{ ...training, seed, purpose: name },
      onStep: () => {
        signal.throwIfAborted();
        bar.update(++done);
      },
    });
    bar.finish();
    return params;
  };

  const kept = place("teacher", "safetensors");
  if (!existsSync(kept)) {
    const init = pointVelocity.init(keyFor(seed, "init", 0));
    const objective = teacherObjective;
    const weights = await trainWithBar("teacher")({ objective, init, iterations });
    await keep(kept, encodeSafetensors(await paramsToArrays(weights)));
    dispose({ ...weights });
  }
  const teacher = await loadWeights(kept);

  const contextOf = (name: string) => ({ iterations, seed, teacher, train: trainWithBar(name) });
  if (flags.pictures !== undefined) {
    const method = boardMethods.find(({ name }) => name === drawnMethod) as BoardMethod;
    const [student] = await method.samplers(contextOf(drawnMethod));
    const drawn = await drawnSamples(seed, { teacher, student: student as BoardSampler });
    await makeFolder(userPath(flags.pictures));
    for (const [name, picture] of Object.entries(drawn)) {
      await keep(join(userPath(flags.pictures), `${name}.svg`), boardPicture(picture));
    }
    return;
  }

  const rows: BoardRow[] = [];
  for (const { name, samplers } of methods) {
    const results = place(name, "json");
    if (!existsSync(results)) {
      const found: BoardRow[] = [];
      const own = await samplers(contextOf(name));
      for (const sampler of own) {
        const kl = await divergenceOf(sampler, seed);
        found.push({ method: name, nfe: sampler.nfe, kl, iterations, seed });
      }
      await keep(results, JSON.stringify(found));
    }
    rows.push(...(JSON.parse(await readFile(results, "utf8")) as readonly BoardRow[]));
  }
  const floor = divergence(boardPoints(keyFor(seed, "exact samples", 0), sampleCount));
  await writeTable(boardTable(rows, floor), rows, { region, flags });
});
