import { join } from "node:path";
import { useBackend } from "@eddyflow/backend";
import type { Params } from "@eddyflow/core";
import { type Method, methods, type Teacher } from "@eddyflow/methods";
import { velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { equalSteps } from "@eddyflow/samplers";
import { dispose, fill, type Tensor, zeros } from "@tensorflow/tfjs-core";
import { configureExperiment } from "command-line";
import { beforeAll, expect, test, vi } from "vitest";
import { iterationsOf } from "./distilled.ts";
import { type Student, students, withPathShare } from "./students.ts";

const counts = vi.hoisted(() => ({ rows: 0 }));

/** Networks that count the samples they are evaluated on. */
vi.mock("@eddyflow/models", async (original) => {
  const models = await original<typeof import("@eddyflow/models")>();
  // biome-ignore lint/suspicious/noExplicitAny: three kinds of networks, alike in what is counted.
  type Make = (...words: any[]) => { apply(params: Params, x: Tensor, ...rest: any[]): Tensor };
  const counted =
    (make: Make): Make =>
    (...words) => {
      const network = make(...words);
      return {
        ...network,
        apply(params, x, ...rest) {
          counts.rows += x.shape[0] as number;
          return network.apply(params, x, ...rest);
        },
      };
    };
  return {
    ...models,
    velocityNetwork: counted(models.velocityNetwork),
    meanVelocityNetwork: counted(models.meanVelocityNetwork),
    correctorNetwork: counted(models.correctorNetwork),
    discriminator(...words: Parameters<typeof models.discriminator>) {
      const network = models.discriminator(...words);
      return {
        ...network,
        apply(params: Params, y: Tensor | null, x: Tensor) {
          counts.rows += x.shape[0] as number;
          return network.apply(params, y, x);
        },
      };
    },
  };
});

/** Whose recipes the studies train students by. */
const experiments = {
  demo: join(import.meta.dirname, "../../../demo/src/experiment.ts"),
  "kolmogorov2d-small": join(import.meta.dirname, "../experiments/kolmogorov2d-small.ts"),
  ns2d: "ns2d",
};
const grid = { shape: [4, 4], extent: [4, 4], boundary: ["periodic", "periodic"] } as const;
const network = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [2],
  padding: ["periodic", "periodic"],
  position: [],
} as const;
const rows = 64;

beforeAll(() => useBackend("cpu"));

const cases = students.flatMap((student) =>
  student.trainings.flatMap((training, stage) =>
    Object.entries(experiments).map(([place, experiment]) => ({
      ...{ name: student.name, stage, place, experiment, student, training },
    })),
  ),
);

test.each(cases)(
  "$name, stage $stage, costs the evaluations that its budget counts on $place",
  async ({ student, stage, experiment, training }) => {
    const { method: name, settings, evaluations } = training;
    const { config } = await configureExperiment(experiment, {
      size: "full",
      overrides: settings.map((text) => `models.${name}.${text}`),
    });
    const method = methods.find((each) => each.name === name) as Method;
    const recipe = config.models[name as keyof typeof config.models] as never;
    const params: Params = velocityNetwork(network).init(key(1));
    const learner = await method.learner(recipe, {
      seed: 0,
      network,
      grid,
      precision: "float32",
      teacher: teacherOf(student, stage, params),
    });
    const own = learner.init();
    const opposed = (learner.opponents ?? []).map(
      ({ objective, init }) => [objective.trains, init()] as const,
    );
    const sets = { ...learner.frozen, student: own, ...Object.fromEntries(opposed) };
    const objectives = [
      learner.objective,
      ...(learner.opponents ?? []).map(({ objective }) => objective),
    ];
    const state = (seed: number) => normalTensor(key(seed), [rows, 4, 4, 1]);
    const batch = {
      previous: state(2),
      next: state(3),
      // Paths are made before training; their share of the budget is counted apart.
      ...(learner.batches === undefined
        ? {}
        : {
            start: state(4),
            t: zeros([rows]),
            end: fill([rows], student.samplers[0].endsWith("2") ? 0.5 : 1),
          }),
    };
    let total = 0;
    const draws = 8;
    for (let step = 0; step < draws; step++) {
      for (const objective of objectives) {
        counts.rows = 0;
        const targets = await objective.targets(sets, batch as never, { key: key(step), step });
        const inTargets = counts.rows;
        counts.rows = 0;
        const { loss } = objective.loss(sets, targets);
        total += inTargets + 3 * counts.rows;
        dispose([loss, ...Object.values(targets)]);
      }
    }
    // The kinds of targets are drawn: a standard error of 2 % at these draws.
    expect(Math.abs(total / (draws * rows) / evaluations - 1)).toBeLessThan(0.06);
    dispose([own, opposed.map(([, set]) => set), params, ...Object.values(batch)] as never);
  },
);

function teacherOf(student: Student, stage: number, params: Params): Teacher {
  const base = { networks: { student: network }, sets: { student: params } };
  if (stage === 0) return { ...base, method: "velocity", sampler: equalSteps("midpoint", 50) };
  const before = student.trainings[stage - 1];
  return {
    ...base,
    method: before?.method ?? "",
    sampler: equalSteps("euler", 2),
  };
}

test("a student that pays .4 of its budget for paths has .6 for iterations", () => {
  const student = students.find(({ name }) => name === "single_step") as Student;
  const [training] = withPathShare(student, 0.4).trainings;
  expect(training.settings).toEqual([...student.trainings[0].settings, "paths.share=0.4"]);
  // 24,000 evaluations; an iteration of 4 samples costs 12.
  expect(iterationsOf(40_000, training, 4)).toBe(2000);
});
