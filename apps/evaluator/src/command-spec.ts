import { aboutBackends, type CommandSpec, callOf, experimentNames } from "command-line";

/** What `evaluator` is called with. */
export const commandSpec = {
  name: "evaluator",
  about:
    "compares models with the solver and with trivial forecasts on held-out data, and writes a report.",
  usage: [
    `${callOf("evaluator")} <experiment> --models 'name=CHECKPOINT[@sampler:steps],...' [options] [key.path=value ...]`,
    `${callOf("evaluator predict")} CHECKPOINT[@sampler] --from STORE --out STORE [--steps N] [--members M] ...`,
    `${callOf("evaluator export")} CHECKPOINT --out DIR [--format onnx] [--precision half]`,
  ],
  flags: {
    models: {
      type: "list",
      value: "LIST",
      about:
        "what to compare, separated by commas or given again: name=CHECKPOINT, name=CHECKPOINT@euler:2 (or @midpoint:50, @midpoint-cosine:10, @flow:1 …), several budgets name=CHECKPOINT@euler:1,2,5;midpoint:1,50, several seeds name=RUN|RUN|RUN, persistence, climatology, solver, solver:2 (every 2nd point). Put it in single quotes: a shell reads ; and | otherwise",
    },
    mode: {
      type: "list",
      value: "LIST",
      about: `what to measure, separated by commas: one-step, rollout, ensemble (against next states that ${callOf("simulator")} --ensemble drew); all if not given, ensemble where DIR has test-ensemble.zarr`,
    },
    samples: {
      type: "integer",
      value: "N",
      min: 1,
      about: "pairs for the one-step comparison; 64 if not given, or fewer if the data have fewer",
    },
    members: {
      type: "integer",
      value: "M",
      min: 1,
      about:
        "members of each ensemble, at least 2; 8 if not given (predict: at least 1, 1 if not given)",
    },
    rollouts: {
      type: "integer",
      value: "N",
      min: 1,
      about: "held-out rollouts; 8 if not given, or fewer if the data have room for fewer",
    },
    "rollout-len": {
      type: "integer",
      value: "N",
      min: 1,
      about: "steps of each rollout; 20 if not given, or fewer if the data have fewer",
    },
    "latent-policy": {
      type: "choice",
      choices: ["new", "fixed", "deterministic"],
      about:
        "noise of a rollout: new at each step, fixed along the rollout, or none (deterministic, one member); new if not given",
    },
    reference: {
      type: "string",
      value: "NAME",
      about:
        'the model that distillation errors are measured against, of several budgets the one with the most network evaluations, or one budget, such as teacher@midpoint:50; the model called "teacher" if not given',
    },
    "as-listed": {
      type: "boolean",
      about:
        "compare what --models lists and nothing else; if not given, a reference with one budget is run with as many network evaluations as its students, too",
    },
    seed: {
      type: "integer",
      value: "N",
      min: 0,
      about: "seed of all random draws; 0 if not given",
    },
    batch: {
      type: "integer",
      value: "N",
      min: 1,
      about: "states that a model steps at once, also when it is timed; 32 if not given",
    },
    data: {
      type: "string",
      value: "DIR",
      about:
        "folder with test.zarr and train.zarr, or data in another format that can be read; data/<experiment> if not given",
    },
    backend: {
      type: "choice",
      choices: ["auto", "tensorflow-gpu", "tensorflow", "webgpu", "wasm", "cpu"],
      about: `what computes; the fastest one here if not given (${aboutBackends})`,
    },
    size: {
      type: "choice",
      choices: ["small", "full"],
      about: "size of the experiment; full if not given",
    },
    out: {
      type: "string",
      value: "DIR",
      about:
        "folder of the report; runs/<experiment>/evaluation/<time> if not given (predict: the store to write; export: the folder to write)",
    },
    title: { type: "string", value: "TEXT", about: "heading of the report" },
    quick: {
      type: "boolean",
      about: "time each step once, and mark the report as a quick run whose figures prove nothing",
    },
    from: {
      type: "string",
      value: "STORE",
      about:
        "predict: the store to start from, or data in another format that can be read; channels, observation, extent and boundary are those that the model was trained on",
    },
    module: {
      type: "string",
      value: "FILE",
      about:
        "predict: the experiment module that brings the model's network or system, where they are one's own; it is run",
    },
    split: {
      type: "choice",
      choices: ["train", "validation", "test"],
      about: "predict: which split of the data, where --from is a folder with several",
    },
    frame: {
      type: "integer",
      value: "N",
      min: 0,
      about:
        "predict: the frame of each trajectory to start from; the first with enough before it if not given",
    },
    precision: {
      type: "choice",
      choices: ["single", "half"],
      about:
        "export: of the weights; half takes half the bytes and keeps three digits; single if not given",
    },
    format: {
      type: "choice",
      choices: ["checkpoint", "onnx"],
      about: "export: what loadSurrogate reads, or files for onnxruntime; checkpoint if not given",
    },
    steps: {
      type: "integer",
      value: "N",
      min: 1,
      about: "predict: steps of each rollout; 20 if not given",
    },
  },
  notes: [
    `<experiment> is ${experimentNames.join(", ")}, the path of a .ts module that exports an Experiment, or a folder with such an experiment.ts. CHECKPOINT is the folder of a checkpoint, or of a run, whose newest checkpoint is taken. The solver runs with the settings that made the data; data.dt=0.4, for example, changes its time step.`,
    `A path in --models that has a comma, a "|" or a "@" stands in double quotes: 'a="runs/x,y"@euler:1'; in a path in quotes "" is a quote.`,
    "predict writes a store with one rollout for each trajectory and member. Each begins with its initial state, and appears when its last step is written. A rollout depends on --seed and its number alone, not on --batch. After an interruption, the same command keeps what is there and goes on.",
    "export writes what running a model needs, ready for a web server: averaged weights and manifest, without the state of the training and without paths of this machine. With --format onnx: next.onnx, the whole model in physical units, and each of its networks in normalised units.",
    "The report is a table on the terminal and a folder with report.html, its pictures as PNG, overview.png (the report in one picture), metrics.csv, spectra.csv and summary.json.",
    `Example: ${callOf("evaluator")} ks2d --models 'teacher=runs/ks2d/velocity/a@euler:1,2,5,10;midpoint:50,flow=runs/ks2d/flow/a|runs/ks2d/flow/b@flow:1,2,persistence,climatology,solver'`,
  ],
} as const satisfies CommandSpec;
