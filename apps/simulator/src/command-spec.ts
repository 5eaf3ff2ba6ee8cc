import { type CommandSpec, experimentNames } from "command-line";

/** What `simulator` is called with. */
export const commandSpec = {
  name: "simulator",
  about: "makes the trajectories of an experiment by its reference solver, on all cores.",
  usage: ["simulator <experiment> [options] [key.path=value ...]"],
  flags: {
    split: {
      type: "choice",
      choices: ["train", "validation", "test"],
      about: "make this split only; all three without it",
    },
    trajectories: {
      type: "integer",
      value: "N",
      min: 1,
      about: "trajectories of each split made, in place of the experiment's own numbers",
    },
    size: {
      type: "choice",
      choices: ["small", "full"],
      about: "the experiment as it is written (full, the default), or one that runs in seconds",
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
      about: "make only the i-th of n equal parts (1/4 … 4/4), for several machines on one disk",
    },
    format: {
      type: "choice",
      choices: ["zarr", "well"],
      about: "well: The Well's HDF5 too, DIR/data/{train,valid,test}/*.hdf5; zarr is the default",
    },
    out: {
      type: "string",
      value: "DIR",
      about: "folder for train.zarr, validation.zarr and test.zarr; default data/<experiment>",
    },
  },
  notes: [
    `<experiment> is ${experimentNames.join(", ")}, or the path of a .ts module that exports an Experiment.`,
    "key.path=value changes one value of the experiment, e.g. data.domainExtent=60 or data.observation.pointStride=4.",
    "What is there already is kept: after an interruption the same command goes on.",
    "With --format well a split's HDF5 is written when its store is whole; the store is what a later run goes on with, and is kept.",
  ],
} as const satisfies CommandSpec;
