import { useBackend } from "@eddyflow/backend";
import { type Method, methods } from "@eddyflow/methods";
import * as parts from "@eddyflow/methods/recipe-parts";
import { fairCrps } from "@eddyflow/metrics";
import { dynamicsOf } from "@eddyflow/models";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import { endPoint } from "@eddyflow/samplers";
import { beforeAll, expect, test } from "vitest";

beforeAll(async () => {
  await useBackend("cpu");
});

test("the fair loss of crps is the metric that the evaluator reports, of the same members", async () => {
  const list: readonly Method[] = methods;
  const crps = list.find(({ name }) => name === "crps") as Method;
  const members = 3;
  const learner = await crps.learner(crps.recipe(parts).parse({ members, alpha: 1 }), {
    seed: 0,
    network: {
      kind: "velocity",
      stateChannels: 2,
      conditionChannels: 2,
      features: [3, 4],
      padding: ["periodic", "periodic"],
    },
    grid: { shape: [8, 8], extent: [1, 1], boundary: ["periodic", "periodic"] },
    precision: "float32",
    teacher: null,
  });
  const sets = { student: learner.init() };
  const state = (step: number) => normalTensor(keyFor(1, "state", step), [2, 8, 8, 2]);
  const batch = { previous: state(0), next: state(1) };
  const targets = await learner.objective.targets(sets, batch, { key: key(2), step: 0 });
  const { z, y } = targets;
  if (z === undefined || y === undefined) throw new Error("the targets hold noise and condition");
  const ends = endPoint(dynamicsOf(learner.networks, sets), z, y, learner.sampler);
  const made = (await ends.data()) as Float32Array;
  const truth = (await batch.next.data()) as Float32Array;
  // One long frame of both pairs: the metric is the mean over its values.
  const frames = Array.from({ length: members }, (_, j) =>
    made.slice(j * truth.length, (j + 1) * truth.length),
  );
  const [loss] = await learner.objective.loss(sets, targets).loss.data();
  // The loss adds up 256 values in float32, the metric in Float64.
  expect(loss).toBeAllclose(fairCrps(frames, truth), { rtol: 1e-5 });
});
