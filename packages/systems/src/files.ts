import { z } from "zod";
import type { Immutable } from "./immutable.ts";
import { count, observation, pairs, positive } from "./recorded.ts";

/**
 * The recipe of data that are there as files, in any format that `openData` of `@eddyflow/datasets` reads, with its
 * options for what of them is wanted.
 */
export const filesRecipe = z.strictObject({
  system: z.literal("files"),
  path: z
    .union(
      [z.string(), z.strictObject({ train: z.string(), validation: z.string(), test: z.string() })],
      { error: "is neither a path nor { train, validation, test } with one each" },
    )
    .describe("a file or folder with all splits, or one for each; relative to where you stand"),
  channels: z
    .array(z.string())
    .min(1)
    .exactOptional()
    .describe("the channels to read, in this order; all of them unless given"),
  timeStride: count.exactOptional().describe("read every n-th frame; 1 unless given"),
  frames: z
    .int()
    .min(2)
    .exactOptional()
    .describe("frames to read of each trajectory; all of them unless given"),
  frameInterval: positive
    .exactOptional()
    .describe("time between two frames in the files, where they do not say it"),
  extent: z
    .array(positive)
    .exactOptional()
    .describe("length of the box along each axis, where the files do not say it"),
  boundary: z
    .array(z.enum(["periodic", "wall"]))
    .exactOptional()
    .describe("what is at the ends of each axis, where the files do not say it"),
  observation: observation
    .exactOptional()
    .describe("what is seen of the states in the files; everything unless given"),
  ...pairs(),
});

/** The recipe of plain files as a person writes it. */
export type FilesInput = Immutable<z.input<typeof filesRecipe>>;
