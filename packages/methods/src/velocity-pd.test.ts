import type { NetworkDescription, TrainedOn } from "@eddyflow/core";
import { correctorFromVelocity, dynamicsOf, velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { endPoint, equalSteps } from "@eddyflow/samplers";
import { dispose, memory, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { z } from "zod";
import { grid, network } from "./learner.test.helpers.ts";
import type { LearnerContext, Teacher } from "./method.ts";
import * as parts from "./recipe-parts.ts";
import { velocityPd } from "./velocity-pd.ts";

const told: NetworkDescription = { ...network, kind: "mean-velocity" };

const weights = velocityNetwork(network).init(key(3));
const toldWeights = correctorFromVelocity(weights);
const velocity: Teacher = {
  method: "velocity",
  networks: { student: network },
  sets: { student: weights },
  sampler: equalSteps("midpoint", 4),
};

const schema = velocityPd.recipe(parts);
type Given = z.input<typeof schema>;
const contextOf = (teacher: Teacher): LearnerContext => ({
  seed: 0,
  network,
  grid,
  precision: "float32",
  teacher,
});
const learnerOf = (given: Given, teacher: Teacher = velocity) =>
  velocityPd.learner(schema.parse(given), contextOf(teacher));

/** A student of this method as a teacher. */
const studentOf = (
  trainedOn: TrainedOn | undefined,
  options: { told?: boolean } = {},
): Teacher => ({
  method: "velocity_pd",
  networks: { student: options.told ? told : network },
  sets: { student: options.told ? toldWeights : weights },
  sampler: equalSteps(options.told ? "flow" : (trainedOn?.tableau ?? "euler"), 2),
  ...(trainedOn && { trainedOn }),
});

test.each<[string, Given, TrainedOn, readonly [name: string, steps: number]]>([
  [
    "its own times",
    {},
    { increments: [0.5, 0.5], times: [0, 0.5, 1], tableau: "euler" },
    ["euler", 2],
  ],
  [
    "steps of any size",
    { increments: { kind: "uniform" }, steps: 4 },
    { increments: [0.001, 1], tableau: "euler" },
    ["euler", 4],
  ],
  [
    "short steps of any size, by another method",
    { increments: { kind: "beta", maximum: 0.5 }, studentTableau: "heun" },
    { increments: [0.001, 0.5], tableau: "heun" },
    ["heun", 2],
  ],
  [
    "steps of about one size",
    { increments: { kind: "fixed", jitter: 0.5 }, steps: 4 },
    { increments: [0.125, 0.375], tableau: "euler" },
    ["euler", 4],
  ],
  [
    "steps whose size it is told",
    { increments: { kind: "uniform", minimum: 0.1 }, told: true },
    { increments: [0.1, 1] },
    ["flow", 2],
  ],
  [
    "its own times, whose distance it is told",
    { told: true, steps: 1 },
    { increments: [1, 1], times: [0, 1] },
    ["flow", 1],
  ],
])("a student that learns %s is saved with them", async (_, given, trainedOn, [name, steps]) => {
  const learner = await learnerOf(given);
  expect(learner.trainedOn).toEqual(trainedOn);
  expect(learner.sampler).toEqual(equalSteps(name, steps));
  expect(learner.networks.student.kind).toBe(given.told ? "mean-velocity" : "velocity");
});

test.each<Given>([
  { told: true, increments: { kind: "uniform" } },
  { studentTableau: "heun", increments: { kind: "fixed", jitter: 0.1 } },
])(
  "a student of %j begins as its teacher in the same steps, and learns without a leak",
  async (given) => {
    const tensors = memory().numTensors;
    const learner = await learnerOf({ ...given, substeps: 1 });
    const student = learner.init();
    const [x, y] = [1, 2].map((seed) => normalTensor(key(seed), [2, 8, 8, 1])) as [Tensor, Tensor];
    const own = endPoint(dynamicsOf(learner.networks, { student }), x, y, learner.sampler);
    const teacher = dynamicsOf(velocity.networks, velocity.sets);
    const taught = endPoint(teacher, x, y, equalSteps(given.studentTableau ?? "euler", 2));
    expect(await own.data()).toBeAllclose(await taught.data(), { atol: 1e-5 });
    const sets = { ...learner.frozen, student };
    const targets = await learner.objective.targets(
      sets,
      { previous: x, next: y },
      { key: key(5), step: 0 },
    );
    const loss = tidy(() => learner.objective.loss(sets, targets).loss);
    // A step of the student against several midpoint steps of its teacher: not the same, but near.
    const [value = Number.NaN] = await loss.data();
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
    dispose([student, x, y, own, taught, targets, loss] as never);
    expect(memory().numTensors).toBe(tensors);
  },
);

test("each stage of continuous increments asks of its teacher just what that learnt", async () => {
  const increments = { kind: "uniform", minimum: 0.01, maximum: 1 } as const;
  const halved = { ...increments, minimum: 0.005, maximum: 0.5 };
  const later: Given = { increments, steps: 1, substeps: 2, tableau: "euler" };
  for (const isTold of [false, true]) {
    const first = await learnerOf({ increments: halved, steps: 2, told: isTold });
    const teacher = studentOf(first.trainedOn, { told: isTold });
    const second = await learnerOf({ ...later, told: isTold }, teacher);
    expect(second.trainedOn?.increments).toEqual([0.01, 1]);
    // Four steps in each of the student's would be as short as .0025.
    await expect(learnerOf({ ...later, told: isTold, substeps: 4 }, teacher)).rejects.toThrow(
      /euler steps of 0.0025 to 0.25 are not those that it was trained on, euler steps of 0.005 to 0.5; expected increments of 0.02 to 2 for substeps=4/,
    );
  }
});

const continuous: TrainedOn = { increments: [0.1, 1], tableau: "euler" };
test.each<[string, Given, Teacher, RegExp]>([
  [
    "told Δ and run by a method of several stages",
    { told: true, studentTableau: "midpoint" },
    velocity,
    /told Δ gives the mean velocity of a whole step, and cannot be run by midpoint; expected studentTableau=euler/,
  ],
  [
    "not told Δ after a teacher that is",
    { tableau: "euler" },
    studentOf({ increments: [0.1, 1] }, { told: true }),
    /not told Δ cannot begin with the weights of a teacher that is; expected told=true/,
  ],
  [
    "of a teacher that is told its step and is to be run by a method of several stages",
    { told: true, tableau: "midpoint" },
    studentOf({ increments: [0.1, 1] }, { told: true }),
    /cannot be run by midpoint; expected models.velocity_pd.tableau=euler/,
  ],
  [
    "whose own steps are longer than what it learns",
    { increments: { kind: "uniform", maximum: 0.4 }, steps: 2 },
    velocity,
    /would be run by euler:2, trained on steps of 0.001 to 0.4 only; expected increments that hold Δ = 1\/steps = 1\/2/,
  ],
  [
    "whose limits are the wrong way round",
    { increments: { kind: "beta", minimum: 0.6, maximum: 0.5 } },
    velocity,
    /smallest increment is 0.6, and the largest 0.5; expected minimum ≤ maximum/,
  ],
  [
    "of any steps after a teacher of fixed times",
    { increments: { kind: "uniform" }, tableau: "euler", substeps: 2 },
    studentOf({ increments: [0.5, 0.5], times: [0, 0.5, 1], tableau: "euler" }),
    /euler steps on the flow times 0, 0.5, 1; expected models.velocity_pd.steps × substeps = 2 with tableau=euler and increments.kind=times/,
  ],
  [
    "of any steps after a teacher whose old checkpoint names its sampler only",
    { increments: { kind: "uniform" }, tableau: "euler", substeps: 2 },
    studentOf(undefined),
    /euler steps on the flow times 0, 0.5, 1/,
  ],
  [
    "of shorter steps than its teacher learnt",
    { steps: 4, substeps: 4, tableau: "euler" },
    studentOf(continuous),
    /4 × 4 euler steps leave the flow times of the teacher.*expected euler steps of 0.1 to 1/,
  ],
  [
    "of a teacher run by another method than it learnt",
    { steps: 1, substeps: 2, tableau: "heun" },
    studentOf(continuous),
    /1 × 2 heun steps leave/,
  ],
])("a student %s is refused in one line", async (_, given, teacher, message) => {
  await expect(learnerOf(given, teacher)).rejects.toThrow(message);
});

test("a student of any steps teaches one of fixed times", async () => {
  const given: Given = { steps: 2, substeps: 3, tableau: "euler" };
  const { trainedOn } = await learnerOf(given, studentOf(continuous));
  expect(trainedOn?.times).toEqual([0, 0.5, 1]);
});

test("a recipe without the newer keys means what it meant: fixed times, Euler, mean velocities", () => {
  expect(schema.parse({ steps: 2, substeps: 4, tableau: "midpoint" })).toMatchObject({
    increments: { kind: "times" },
    studentTableau: "euler",
    told: false,
    compare: "velocities",
  });
});
