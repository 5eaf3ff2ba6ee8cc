import { key, normalTensor } from "@eddyflow/random";
import { dispose, memory } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { z } from "zod";
import * as parts from "./recipe-parts.ts";
import { velocity } from "./velocity.ts";

const grid = { shape: [4, 4], extent: [4, 4], boundary: ["periodic", "periodic"] } as const;
const network = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 0,
  features: [2],
  padding: ["periodic", "periodic"],
} as const;
const schema = velocity.recipe(parts);

/** The flow times of a batch, as the objective that is trained draws them and as that of the judge does. */
async function timesOf(given: z.input<typeof schema>) {
  const learner = await velocity.learner(schema.parse(given), {
    seed: 0,
    network,
    grid,
    precision: "float32",
    teacher: null,
  });
  const batch = { previous: null, next: normalTensor(key(1), [2000, 4, 4, 1]) };
  const drawn: Float32Array[] = [];
  const { judge } = learner;
  for (const objective of [
    learner.objective,
    ...(judge.kind === "loss" ? [judge.objective] : []),
  ]) {
    const targets = await objective.targets({}, batch, { key: key(2), step: 0 });
    drawn.push((await targets["t"]?.data()) as Float32Array);
    dispose(targets);
  }
  batch.next.dispose();
  return drawn.map((times) => times.filter((t) => t < 0.25).length / times.length);
}

test("flow times are drawn as the recipe says, and judged alike for all", async () => {
  const tensors = memory().numTensors;
  const [uniform, judged] = await timesOf({});
  const [logitNormal, alsoJudged] = await timesOf({ times: { kind: "logit-normal" } });
  const [early] = await timesOf({ times: { kind: "logit-normal", mu: -2, sigma: 0.5 } });
  // Φ(ln(1/3)) and Φ(2(ln(1/3) + 2)); four standard errors of a share are at most .045.
  expect(uniform).toBeAllclose(0.25, { atol: 0.045 });
  expect(logitNormal).toBeAllclose(0.136, { atol: 0.045 });
  expect(early).toBeAllclose(0.964, { atol: 0.045 });
  for (const share of [judged, alsoJudged]) expect(share).toBeAllclose(0.25, { atol: 1e-3 });
  expect(memory().numTensors).toBe(tensors);
});
