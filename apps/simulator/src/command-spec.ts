import { type CommandSpec, callOf, experimentNames } from "command-line";

/** What `simulator` is called with. */
export const commandSpec = {
  name: "simulator",
  about: "simulates the trajectories of an experiment with its reference solver, on all cores.",
  usage: [
    `${callOf("simulator")} <experiment> [options] [key.path=value ...]`,
    `${callOf("simulator")} <experiment> --ensemble M [--conditions C] [--split test] ...`,
    `${callOf("simulator")} --systems`,
  ],
  flags: {
    split: {
      type: "choice",
      choices: ["train", "validation", "test"],
      about: "make only this split; all three are made without it",
    },
    trajectories: {
      type: "integer",
      value: "N",
      min: 1,
      about: "number of trajectories of each split, in place of the experiment's own numbers",
    },
    size: {
      type: "choice",
      choices: ["small", "full"],
      about: "full: the experiment as it is written, the default; small: one that runs in seconds",
    },
    seed: {
      type: "integer",
      value: "N",
      min: 0,
      about: "seed of the initial fields, in place of the experiment's",
    },
    shard: {
      type: "string",
      value: "i/n",
      about:
        "make only part i of n equal parts (1/4 … 4/4), for several machines that share a disk; if not given, that of the Slurm array's task or of the launcher's rank, 1/1 without either",
    },
    format: {
      type: "choice",
      choices: ["zarr", "well"],
      about: "zarr: the default; well: also The Well's HDF5, DIR/data/{train,valid,test}/*.hdf5",
    },
    ensemble: {
      type: "integer",
      value: "M",
      min: 1,
      about:
        "also draw a reference ensemble: M next states of each of several states of one split, test if --split names none; no other split is made then",
    },
    conditions: {
      type: "integer",
      value: "C",
      min: 1,
      about:
        "number of states that the ensemble is drawn from; 8 if not given, or fewer if there are fewer",
    },
    systems: {
      type: "boolean",
      about: "list the systems that can be simulated, with every key of their recipes, and stop",
    },
    out: {
      type: "string",
      value: "DIR",
      about: "folder for train.zarr, validation.zarr and test.zarr; default data/<experiment>",
    },
  },
  notes: [
    `<experiment> is ${experimentNames.join(", ")}, the path of a .ts module that exports an Experiment, or a folder with such an experiment.ts.`,
    "key.path=value changes one value of the experiment, such as data.extent=60 or data.observation.pointStride=4; --systems lists the keys.",
    "Trajectories that exist are kept: after an interruption, the same command goes on.",
    "A reference ensemble is DIR/<split>-ensemble.zarr. The evaluator compares the ensembles of models with it. Members and conditions can be added later: M and C are what there is in the end. A system without noise has one next state, --ensemble 1.",
    "With --format well, the HDF5 of a split is written when its store is complete. The store is kept: a later run goes on from it.",
  ],
} as const satisfies CommandSpec;
