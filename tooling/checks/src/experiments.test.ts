import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { openTrajectoryStore } from "@eddyflow/datasets";
import {
  atSize,
  type Experiment,
  kolmogorov2d,
  ks2d,
  ns2d,
  rti3dFull,
  rti3dSliced,
} from "@eddyflow/experiments";
import { key } from "@eddyflow/random";
import { loadSurrogate } from "@eddyflow/surrogate";
import { dispose, tensor } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runApp } from "./run-app.ts";

let folder = "";
beforeAll(async () => {
  await useBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "eddyflow-experiments-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A gas that is told its height and the time, with pairs of every second frame. */
const timed: Experiment = {
  ...atSize<Experiment["data"]>(ns2d, "small"),
  name: "timed",
  data: {
    ...ns2d.data,
    ...ns2d.small?.data,
    trajectories: ns2d.data.trajectories,
    observation: [{ kind: "fields", channels: ["pressure", "vx"] }],
    frames: 8,
    frameStride: 2,
    timestamp: true,
  },
  network: { features: [4, 6], padding: ["periodic", "periodic"], position: [0] },
};

const cases = [
  { name: "ks2d", experiment: ks2d, solver: true },
  { name: "kolmogorov2d", experiment: kolmogorov2d, solver: false },
  { name: "ns2d", experiment: ns2d, solver: true },
  { name: "rti3d_full", experiment: rti3dFull, solver: false },
  { name: "rti3d_sliced", experiment: rti3dSliced, solver: false },
  { name: "./timed.ts", experiment: timed, solver: false },
] as const satisfies readonly { experiment: Experiment; [key: string]: unknown }[];

test.each(cases)(
  "the small $name is simulated, learnt, checked, rolled out and compared",
  { tags: ["slow"] },
  async ({ name, experiment, solver }) => {
    if (name.startsWith(".")) {
      await writeFile(join(folder, name), `export default ${JSON.stringify(experiment)};\n`);
    }
    const small = ["--size", "small"];
    const tiny = [
      ...["train=2", "validation=1", "test=1"].map((count) => `data.trajectories.${count}`),
      ...["network.features=[4,6]", "models.velocity.batchSize=2"],
      ...["models.velocity.validationPairs=2", "models.velocity.sampler.steps=1"],
    ];
    // The trainer has the simulator make what is missing.
    await runApp("trainer", folder, [
      ...[name, "velocity", "--name", "a", "--max-iters", "2"],
      ...[...small, ...tiny],
    ]);
    const run = `runs/${experiment.name}/velocity/a`;

    // The surrogate goes on from a state in physical units, its clock a step at a time.
    const surrogate = await loadSurrogate(folderSource(await resolveCheckpoint(join(folder, run))));
    const store = await openTrajectoryStore(join(folder, "data", experiment.name, "test.zarr"));
    const { channels, grid, frameInterval } = store.description;
    const { frameStride = 1 } = atSize<Experiment["data"]>(experiment, "small").data;
    const time = channels.indexOf("timestamp");
    expect(surrogate.manifest.clock).toEqual({
      step: frameInterval * frameStride,
      channel: time === -1 ? null : "timestamp",
    });
    const start = await store.readFrames(0, 1, 1);
    const first = tensor(start, [1, ...grid.shape, channels.length]);
    const second = await surrogate.next(first, key(1));
    const third = await surrogate.next(second, key(2));
    for (const [steps, state] of [second, third].entries()) {
      const values = await state.data();
      expect(values.every(Number.isFinite)).toBe(true);
      if (time === -1) continue;
      const clock = frameInterval * (1 + (steps + 1) * frameStride);
      for (let i = time; i < values.length; i += channels.length) {
        expect(values[i]).toBeCloseTo(clock, 5);
      }
    }
    dispose([first, second, third]);
    surrogate.dispose();

    // A prediction is a store of the same states, a step of the model apart.
    await runApp("evaluator", folder, [
      ...["predict", run, "--from", `data/${experiment.name}/test.zarr`, "--frame", "1"],
      ...["--steps", "2", "--out", `${experiment.name}.zarr`],
    ]);
    const made = await openTrajectoryStore(join(folder, `${experiment.name}.zarr`));
    expect(made.description).toMatchObject({
      channels,
      grid,
      frames: 3,
      frameInterval: frameInterval * frameStride,
    });
    expect(await made.readFrames(0, 0, 1)).toEqual(start);

    // In the report the clock is not scored: an untrained network would have its error without limit.
    const models = [`net=${run}`, "persistence", "climatology", ...(solver ? ["solver"] : [])];
    await runApp("evaluator", folder, [
      ...[name, "--models", models.join(","), ...small, "--out", `report-${experiment.name}`],
      ...[
        "--samples",
        "2",
        "--members",
        "2",
        "--rollout-len",
        "2",
        "--rollouts",
        "1",
        "--batch",
        "2",
      ],
    ]);
    const summary = JSON.parse(
      await readFile(join(folder, `report-${experiment.name}`, "summary.json"), "utf8"),
    );
    expect(summary.contestants).toHaveLength(models.length);
    for (const { oneStep, rollout, spectrum } of summary.contestants) {
      for (const score of [oneStep.vrmse, ...rollout.vrmse]) expect(score).toBeLessThan(100);
      expect(spectrum).not.toBeNull();
    }
  },
);
