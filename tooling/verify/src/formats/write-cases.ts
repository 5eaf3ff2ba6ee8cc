import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Grid } from "@eddyflow/core";
import { createTrajectoryStore, openTrajectoryStore, type VectorField } from "@eddyflow/datasets";
import { writeWell } from "@eddyflow/formats";

/** A data set of which every value follows from its place. */
interface Case {
  readonly name: string;
  readonly grid: Grid;
  readonly channels: readonly string[];
  readonly vectors?: readonly VectorField[];
  /** The Well's fields, in its order: name, order of the tensor, channels of its components. */
  readonly fields: readonly (readonly [string, 0 | 1, readonly number[]])[];
  readonly parameters: Readonly<Record<string, number>>;
}

const frames = 3;
const frameInterval = 0.25;
const trajectories = { train: 3, validation: 1, test: 2 } as const;

const cases: readonly Case[] = [
  {
    name: "line",
    grid: { shape: [8], extent: [2], boundary: ["periodic"] },
    channels: ["u"],
    fields: [["u", 0, [0]]],
    parameters: { dt: 0.5 },
  },
  {
    name: "plane",
    grid: { shape: [4, 6], extent: [1, 3], boundary: ["wall", "periodic"] },
    channels: ["vx", "vy", "density"],
    vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
    fields: [
      ["density", 0, [2]],
      ["v", 1, [1, 0]],
    ],
    parameters: { viscosity: 1e-8, gamma: 1.625 },
  },
  {
    name: "volume",
    grid: { shape: [3, 4, 5], extent: [2, 1, 1], boundary: ["wall", "periodic", "periodic"] },
    channels: ["vx", "vy", "vz", "density", "timestamp"],
    vectors: [{ channels: ["vx", "vy", "vz"], axes: [2, 1, 0] }],
    fields: [
      ["density", 0, [3]],
      ["timestamp", 0, [4]],
      ["v", 1, [2, 1, 0]],
    ],
    parameters: { Atwood: 0.75 },
  },
];

/** Writes each case as a store and a file of The Well per split, and `cases.json`, which describes them. */
export async function writeCases(folder: string): Promise<void> {
  for (const { name, grid, channels, vectors, parameters } of cases) {
    for (const [split, count] of Object.entries(trajectories)) {
      const dir = join(folder, name, `${split}.zarr`);
      const writer = await createTrajectoryStore(dir, {
        experiment: name,
        split,
        channels,
        ...(vectors === undefined ? {} : { vectors }),
        grid,
        frameInterval,
        frames,
        trajectories: count,
        recipe: parameters,
        seed: 0,
        observation: { pointStride: 1 },
      });
      const size = grid.shape.reduce((product, points) => product * points, channels.length);
      for (let index = 0; index < count; index++) {
        const values = { length: frames * size };
        await writer.write(
          index,
          Float32Array.from(values, (_, at) => 100_000 * index + at),
        );
      }
      await writeWell(await openTrajectoryStore(dir), join(folder, name));
    }
  }
  const described = cases.map(({ grid, ...others }) => ({
    ...others,
    ...grid,
    frames,
    frameInterval,
    trajectories,
  }));
  await writeFile(join(folder, "cases.json"), JSON.stringify(described));
}
