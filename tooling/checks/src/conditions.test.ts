import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { openTrajectoryStore } from "@eddyflow/datasets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runApp } from "./run-app.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-conditions-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a model is told two previous states and the Atwood number, from the simulation to a prediction", {
  tags: ["slow"],
}, async () => {
  const app = (name: "trainer" | "evaluator", ...words: readonly string[]) =>
    runApp(name, folder, words);
  const experiment = [
    ...["rti3d_sliced", "--size", "small", "data.history=2", 'data.parameters=["atwood"]'],
    ...['data.augmentation={"shift":[1]}', "data.frames=10", "data.trajectories.train=2"],
    ...["data.trajectories.validation=1", "data.trajectories.test=2"],
  ];
  const [name = "", ...rest] = experiment;
  const short = ["--max-iters", "2", "training.batchSize=2", "training.validationPairs=2"];
  await app("trainer", name, "velocity", "--name", "a", ...rest, ...short);
  const teacher = ["--teacher", "runs/rti3d_sliced/velocity/a"];
  await app("trainer", name, "flow", "--name", "a", ...rest, ...short, ...teacher);
  // Fed with its own states, a model keeps the one before and the Atwood number.
  const student = ["--teacher", "runs/rti3d_sliced/flow/a", "models.rollout_crps.lengths=[1,3]"];
  await app("trainer", name, "rollout_crps", "--name", "a", ...rest, ...short, ...student);

  const checkpoint = await resolveCheckpoint(join(folder, "runs/rti3d_sliced/flow/a"));
  const { conditioning, networks } = await readManifest(folderSource(checkpoint));
  expect(conditioning).toMatchObject({ history: 2, parameters: { channels: ["atwood"] } });
  expect(networks["student"]).toMatchObject({ stateChannels: 5, conditionChannels: 11 });

  const models = "velocity=runs/rti3d_sliced/velocity/a@euler:1,flow=runs/rti3d_sliced/flow/a";
  await app(
    "evaluator",
    ...[...experiment, "--models", `${models},persistence`, "--out", "report"],
    ...["--samples", "2", "--rollouts", "1", "--rollout-len", "2", "--members", "2"],
  );
  const summary = JSON.parse(await readFile(join(folder, "report/summary.json"), "utf8"));
  for (const { oneStep } of summary.contestants) expect(oneStep.vrmse).toBeGreaterThan(0);

  await app(
    "evaluator",
    "predict",
    checkpoint,
    ...["--from", "data/rti3d_sliced/test.zarr"],
    ...["--steps", "2", "--out", "forecast.zarr"],
  );
  const forecast = await openTrajectoryStore(join(folder, "forecast.zarr"));
  expect(forecast.description).toMatchObject({ frames: 3, parameters: { atwood: [3 / 4, 1 / 2] } });

  // A student is told what its teacher is told, or is refused.
  await expect(
    app("trainer", name, "flow", "--new", "--size", "small", ...short, ...teacher),
  ).rejects.toThrow(/is told 2 previous states and the parameters \[atwood\].*data.history=2/);
});
