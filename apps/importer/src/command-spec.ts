import { type CommandSpec, callOf } from "command-line";

/** What `import` is called with. */
export const commandSpec = {
  name: "import",
  about: "makes data of one's own ready to train on: a store of each split, and an experiment.",
  usage: [`${callOf("import")} FILES... [options] --out DIR`],
  flags: {
    out: { type: "string", value: "DIR", about: "folder for the stores and experiment.ts" },
    dataset: {
      type: "list",
      value: "NAME",
      about:
        "an array in the files, or several, u,v; * stands for any name (sims/*/u: a group for each trajectory); those that belong together if not given",
    },
    axes: {
      type: "list",
      value: "LIST",
      about:
        "what each axis of the arrays is, of trajectory, time, z, y, x, channel, such as trajectory,time,y,x,channel; needed where the files do not say it",
    },
    channels: {
      type: "list",
      value: "LIST",
      about:
        "names of the channels, vx,vy,p; or the arrays that are wanted, or the words in names of files, vx.npy, by which they are told",
    },
    vectors: {
      type: "list",
      value: "LIST",
      about:
        "channels that are a vector, vx,vy, or a:x,b:y where the names do not tell the directions; given again for another; none for none",
    },
    extent: {
      type: "list",
      value: "LIST",
      about:
        "lengths of the box along the axes of space, in their order; from coordinates if there",
    },
    boundary: {
      type: "list",
      value: "LIST",
      about: "periodic or wall for each axis of space, in their order; one word for all",
    },
    dt: {
      type: "number",
      value: "T",
      about: "time between two frames; from the files if they say it",
    },
    splits: {
      type: "list",
      value: "LIST",
      about:
        "80,10,10: shares of the trajectories, the default; or train=0-7,validation=8,test=9; or with files in place of numbers",
    },
    "dry-run": { type: "boolean", about: "show what would be imported, write nothing" },
  },
  notes: [
    "FILES are of HDF5 (.h5, .hdf5, NetCDF 4), NumPy (.npy, .npz) or Zarr (version 2 or 3), folders of them, or data of The Well, PDEBench, PBDL, APEBench or ACDM. Several files are more trajectories, of equal length or not, or further channels.",
    "An import that was interrupted goes on with the same command.",
    `Example: ${callOf("import")} flow.npz --boundary periodic --out data/flow; ${callOf("trainer")} data/flow velocity`,
  ],
} as const satisfies CommandSpec;
