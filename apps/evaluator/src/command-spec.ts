import type { CommandSpec } from "command-line";

/** What `evaluator` is called with. */
export const commandSpec = {
  name: "evaluator",
  about: "compares models, the solver and trivial forecasts on held-out data, and writes a report.",
  usage: [
    "evaluator <experiment> --models name=CHECKPOINT[@sampler],... [options] [key.path=value ...]",
    "evaluator predict CHECKPOINT[@sampler] --from STORE --out STORE [--steps N] [--members M] ...",
  ],
  flags: {
    models: {
      type: "string",
      value: "LIST",
      about:
        "what to compare, separated by commas: name=CHECKPOINT, name=CHECKPOINT@euler:2 (or @midpoint:50, @flow:1 …), persistence, climatology, solver, solver:2 (half its points)",
    },
    mode: {
      type: "string",
      value: "LIST",
      about: "one-step, rollout, or both separated by a comma (default)",
    },
    samples: {
      type: "integer",
      value: "N",
      min: 1,
      about: "pairs of the one-step comparison; 64 or what there is, if not given",
    },
    members: {
      type: "integer",
      value: "M",
      min: 1,
      about: "members of an ensemble, at least 2 to be scored; 8 (predict: 1) if not given",
    },
    rollouts: {
      type: "integer",
      value: "N",
      min: 1,
      about: "held-out rollouts; 8 or what there is room for, if not given",
    },
    "rollout-len": {
      type: "integer",
      value: "N",
      min: 1,
      about: "steps of a rollout; 20 or what the data have, if not given",
    },
    "latent-policy": {
      type: "choice",
      choices: ["new", "fixed", "deterministic"],
      about:
        "noise of a rollout: new at each step (default), the same at each step, or none (one member)",
    },
    reference: {
      type: "string",
      value: "NAME",
      about:
        'the model that distillation errors are measured against; "teacher" where there is one, if not given',
    },
    seed: { type: "integer", value: "N", min: 0, about: "of all draws; 0 if not given" },
    batch: {
      type: "integer",
      value: "N",
      min: 1,
      about:
        "states that a network steps at once, and that its time is taken with; 32 if not given",
    },
    data: {
      type: "string",
      value: "DIR",
      about:
        "folder with test.zarr and train.zarr, or data of another format that is readable; data/<experiment> if not given",
    },
    backend: {
      type: "choice",
      choices: ["auto", "tensorflow-gpu", "tensorflow", "webgpu", "wasm", "cpu"],
      about: "what computes; the fastest there is if not given (see pnpm backends)",
    },
    size: {
      type: "choice",
      choices: ["small", "full"],
      about: "size of the experiment that key.path=value changes; full if not given",
    },
    out: {
      type: "string",
      value: "DIR",
      about: "folder of the report; runs/<experiment>/evaluation/<time> if not given",
    },
    title: { type: "string", value: "TEXT", about: "heading of the report" },
    quick: { type: "boolean", about: "say in the report that its figures prove nothing" },
    from: {
      type: "string",
      value: "STORE",
      about: "predict: the store, or data of another format, to start from",
    },
    frame: {
      type: "integer",
      value: "N",
      min: 0,
      about: "predict: the frame of each trajectory to start from; 0 if not given",
    },
    steps: { type: "integer", value: "N", min: 1, about: "predict: steps; 20 if not given" },
  },
  notes: [
    "<experiment> is ks2d, ns2d, rti3d_full, rti3d_sliced, or the path of a .ts module that exports an Experiment. CHECKPOINT is a checkpoint's folder or a run's, of which the newest checkpoint is taken. The solver runs as the data were made; data.dt=0.4 and the like change it.",
    "predict writes a store of rollouts, one for each trajectory and member, the initial state first. What is there already is kept: after an interruption the same command goes on.",
    "The report is a table on the terminal, report.html, pictures as PNG, metrics.csv, spectra.csv and summary.json.",
    "Example: evaluator ks2d --models teacher=runs/ks2d/velocity/a@midpoint:50,euler=runs/ks2d/velocity/a@euler:2,flow=runs/ks2d/flow/a,persistence,climatology,solver",
  ],
} as const satisfies CommandSpec;
