import { join } from "node:path";
import { pathInModels } from "command-line";

/** One call of an app. */
export interface DemoStep {
  /** What it does, in words for the person who waits. */
  readonly title: string;
  readonly app: "simulator" | "trainer" | "evaluator";
  readonly args: readonly string[];
  /** Measured on two cores with native TensorFlow; scaled by what this machine turns out to be. */
  readonly seconds: number;
}

export interface DemoOptions {
  readonly quick: boolean;
  /** What `--backend` said, or null for the apps' own choice. */
  readonly backend: string | null;
  /** Module of the experiment. */
  readonly experiment: string;
  /** Folder of the report; data and runs lie below it, apart for the quick demo and the full one. */
  readonly folder: string;
  /** Whether a path is there; a run that is there is gone on with. */
  readonly exists: (path: string) => boolean;
}

/** Seconds of each step, measured: native backend, two cores. */
const seconds = {
  full: { simulate: 70, teacher: 270, flow: 115, progressive: 150, direct: 110, evaluate: 165 },
  quick: { simulate: 11, teacher: 27, flow: 14, progressive: 20, direct: 15, evaluate: 24 },
} as const;

/** The module of the demo's experiment, relative to the root of the checkout. */
export const demoExperiment = join("tooling", "demo", "src", "experiment.ts");

/** Where the demo keeps its data, its runs and its teacher below the folder of its report. */
export function demoPlaces(folder: string, quick: boolean) {
  const own = join(folder, quick ? "quick" : "full");
  const runs = join(own, "runs");
  const run = (method: string, name: string) => join(runs, "ks2d-demo", method, name);
  return { data: join(own, "data"), runs, run, teacher: run("velocity", "teacher") };
}

/** The steps from nothing to a report: simulate, train a teacher, distil it in three ways, evaluate. */
export function planDemo({
  quick,
  backend,
  experiment,
  folder,
  exists,
}: DemoOptions): readonly DemoStep[] {
  const time = quick ? seconds.quick : seconds.full;
  const { data, runs, run, teacher } = demoPlaces(folder, quick);
  const size = ["--size", quick ? "small" : "full"];
  const on = backend === null ? [] : ["--backend", backend];
  const train = (model: string, name: string, folders: readonly string[], args: string[]) => [
    experiment,
    model,
    folders.some((path) => exists(path)) ? "--resume" : "--new",
    ...["--name", name, "--data", data, "--out", runs],
    ...size,
    ...on,
    ...args,
  ];
  const flow = run("flow", "semigroup");
  const direct = run("single_step", "direct");
  const stages = [
    run("velocity_pd", "progressive-stage1"),
    run("velocity_pd", "progressive-stage2"),
  ] as const;
  return [
    {
      title: "simulate Kuramoto–Sivashinsky and keep every fourth point of every tenth step",
      app: "simulator",
      args: [experiment, "--out", data, ...size],
      seconds: time.simulate,
    },
    {
      title: "train the teacher, a flow-matching velocity field",
      app: "trainer",
      args: train("velocity", "teacher", [teacher], []),
      seconds: time.teacher,
    },
    {
      title: "distil it by the semigroup loss: one evaluation for a step",
      app: "trainer",
      args: train("flow", "semigroup", [flow], ["--teacher", teacher]),
      seconds: time.flow,
    },
    {
      title: "distil it progressively in two stages: two evaluations, then one",
      app: "trainer",
      args: train("multistage", "progressive", stages, [
        ...["--teacher", teacher, "--stages", "2"],
        ...["--stage-iters", quick ? "20" : "200,250"],
      ]),
      seconds: time.progressive,
    },
    {
      title: "distil it into one Euler step to the ends of its paths",
      app: "trainer",
      args: train("single_step", "direct", [direct], ["--teacher", teacher]),
      seconds: time.direct,
    },
    {
      title: "compare all of them with the solver on trajectories that none has seen",
      app: "evaluator",
      args: [
        experiment,
        "--models",
        [
          "solver",
          "persistence",
          "climatology",
          `teacher=${pathInModels(teacher)}@midpoint:50`,
          `teacher-euler-1=${pathInModels(teacher)}@euler:1`,
          `teacher-euler-2=${pathInModels(teacher)}@euler:2`,
          `flow=${pathInModels(flow)}@flow:1`,
          `velocity_pd-2=${pathInModels(stages[0])}@euler:2`,
          `velocity_pd-1=${pathInModels(stages[1])}@euler:1`,
          `single_step=${pathInModels(direct)}@euler:1`,
        ].join(","),
        ...["--mode", "one-step,rollout", "--members", "8"],
        ...["--samples", quick ? "4" : "32", "--rollouts", quick ? "1" : "3"],
        ...["--rollout-len", quick ? "4" : "10"],
        ...["--title", "A partly observed Kuramoto–Sivashinsky flow: students beside the solver"],
        ...["--data", data, "--out", folder],
        ...size,
        ...on,
        ...(quick ? ["--quick", "--batch", "8"] : []),
      ],
      seconds: time.evaluate,
    },
  ];
}
