import type { Method } from "@eddyflow/methods";
import { aboutBackends, type CommandSpec, callOf, endSignals, experimentNames } from "command-line";

const named = (methods: readonly Method[], needsTeacher: Method["needsTeacher"]) =>
  methods
    .filter((method) => method.needsTeacher === needsTeacher)
    .map(({ name }) => name)
    .join("|");

function aboutMethods(methods: readonly Method[]): readonly string[] {
  const column = Math.max(...methods.map(({ name }) => name.length), "multistage".length);
  return [
    ...methods.map(({ name, about }) => `  ${name.padEnd(column)}  ${about}`),
    `  ${"multistage".padEnd(column)}  velocity_pd in stages, each student the teacher of the next`,
  ];
}

/** What the trainer is called with. */
export const commandSpec = {
  name: "trainer",
  about: "trains a model on data, or distils one into a faster student.",
  usage: ["trainer <experiment> <method> [options] [key.path=value ...]"],
  flags: {
    new: { type: "boolean", about: "start another run beside those that exist" },
    resume: { type: "boolean", about: "go on with the newest run, or with --name" },
    name: { type: "string", value: "NAME", about: "name of the run; the time if not given" },
    teacher: {
      type: "string",
      value: "CHECKPOINT",
      about: "a checkpoint to learn from, or a run, of which the newest checkpoint is taken",
    },
    start: {
      type: "string",
      value: "CHECKPOINT",
      about:
        "begin with the weights of this model, of the same network and data, such as those of another student",
    },
    "max-iters": {
      type: "integer",
      value: "N",
      min: 1,
      about: "optimizer steps of the whole run, and the length of the learning rate's schedule",
    },
    "max-hours": {
      type: "number",
      value: "H",
      min: 0,
      about: "stop after H hours with a checkpoint, to be resumed",
    },
    "end-signal": {
      type: "choice",
      choices: endSignals,
      about:
        "a further signal to stop at with a checkpoint, besides INT, TERM, HUP, USR1, USR2 and XCPU: the one that Slurm is told to send by --signal",
    },
    fit: {
      type: "boolean",
      about: "a new run: as many steps as --max-hours holds, found from some steps that are timed",
    },
    stages: {
      type: "integer",
      value: "N",
      min: 1,
      max: 10,
      about: "multistage: distil to 2^(N-1), …, 2 and at last 1 step",
    },
    "stage-iters": {
      type: "string",
      value: "N[,N...]",
      about: "multistage: optimizer steps of each stage, one number or one for each",
    },
    seed: { type: "integer", value: "N", min: 0, about: "of all random draws of the training" },
    "show-config": {
      type: "boolean",
      about: "print the configuration with a comment for each key, as a module to start from",
    },
    "dry-run": {
      type: "boolean",
      about: "make some steps, say what is trained on what in which memory and time, write nothing",
    },
    size: {
      type: "choice",
      choices: ["small", "full"],
      about: "size of the experiment; full if not given",
    },
    backend: {
      type: "choice",
      choices: ["auto", "tensorflow-gpu", "tensorflow", "webgpu", "wasm", "cpu"],
      about: `what computes; the fastest there is if not given (${aboutBackends})`,
    },
    precision: {
      type: "choice",
      choices: ["float32", "mixed"],
      about:
        "mixed trains in bfloat16 with weights, sums and optimizer in float32, on native TensorFlow with a processor made for it; float32 if not given",
    },
    data: {
      type: "string",
      value: "DIR",
      about:
        "folder with train.zarr and validation.zarr, or data of another format that is readable; data/<experiment> if not given",
    },
    out: { type: "string", value: "DIR", about: "folder of all runs; runs if not given" },
  },
  notes: [
    `<experiment> is ${experimentNames.join(", ")}, the path of a .ts module that exports an Experiment, or a folder with such an experiment.ts. key.path=value sets a key of it, such as models.velocity.batchSize=4, network.features=[16,32] or models.flow.norm.kind=sobolev; training.batchSize=4 sets it for all methods. --show-config lists the keys.`,
    "A run lies in <out>/<experiment>/<method>/<name>. Ctrl-C ends it after the step in progress with a checkpoint, and so does a signal of a batch system (exit code 128 + its number); --resume goes on as if it had never stopped. A resumed run keeps its configuration; --max-iters may change its budget, --precision what it goes on in.",
    `Example: ${callOf("trainer")} ks2d velocity --size small; ${callOf("trainer")} ks2d flow --size small --teacher runs/ks2d/velocity/<name>`,
  ],
} as const satisfies CommandSpec;

/** The same with the methods that there are, those of a module among them. */
export const specOfMethods = (methods: readonly Method[]): CommandSpec => ({
  ...commandSpec,
  usage: [
    `trainer <experiment> ${named(methods, false)} [options] [key.path=value ...]`,
    `trainer <experiment> ${named(methods, "optional")} [--teacher CHECKPOINT] [options] [key.path=value ...]`,
    `trainer <experiment> ${named(methods, true)} --teacher CHECKPOINT [options] [key.path=value ...]`,
    "trainer <experiment> multistage --teacher CHECKPOINT --stages N [options] [key.path=value ...]",
  ],
  lists: [{ title: "Methods:", rows: aboutMethods(methods) }],
});
