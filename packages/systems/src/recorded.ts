import { z } from "zod";
import type { Immutable } from "./immutable.ts";

/** Which trajectories: learnt from, chosen by, or reported on. */
export type Split = "train" | "validation" | "test";

export const positive = z.number().positive();
export const notNegative = z.number().nonnegative();
export const count = z.int().positive();
const axis = z.int().nonnegative();
const perAxis = z.union([count, z.array(count).min(1)]);

const observationStep = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fields"), channels: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal("stride"), pointStride: perAxis }),
  z.strictObject({ kind: z.literal("average"), points: perAxis }),
  z.strictObject({ kind: z.literal("slice"), axis, at: notNegative }),
  z.strictObject({ kind: z.literal("crop"), axis, from: axis, to: count }),
]);

/** The schema of datasets' `Observation`: what is seen of a state. */
export const observation = z.union(
  [z.strictObject({ pointStride: count }), z.array(observationStep)],
  { error: "is neither { pointStride } nor a list of steps" },
);

/** The schema of datasets' `Augmentation`. */
const augmentation = z.strictObject({
  flip: z.array(axis).exactOptional().describe("axes that may be mirrored, in array order"),
  rotate: z
    .array(z.tuple([axis, axis]))
    .exactOptional()
    .describe("planes, as two axes each, that may be turned by multiples of 90°"),
  shift: z.array(axis).exactOptional().describe("periodic axes along which the origin may move"),
});

/** What makes training pairs of frames: the same for a simulation and for files. */
export const pairs = ({ frameStride = 1, timestamp = false } = {}) => ({
  frameStride: count
    .default(frameStride)
    .describe("frames from one state of a pair to the next; one step of a model covers as many"),
  timestamp: z
    .boolean()
    .default(timestamp)
    .describe("whether the time since the first frame is the last channel of the state"),
  history: count
    .default(1)
    .describe("number of previous states in the condition, one frameStride apart"),
  parameters: z
    .array(z.string())
    .default([])
    .describe("parameters of a trajectory that the network is told, as constant channels"),
  augmentation: augmentation
    .default({})
    .describe("symmetries of the system; each training pair is shown in one of them at random"),
});

/** What the defaults of a system's recording are. */
interface RecordedDefaults {
  readonly frameInterval: number;
  readonly frames: number;
  readonly trajectories: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  readonly pointStride: number;
  readonly frameStride?: number;
  readonly timestamp?: boolean;
}

/**
 * The keys that the recipe of every system has, with the defaults of one system: what is recorded, how much of it,
 * what of it is seen, and how pairs are made. A system's own schema spreads them.
 */
export const recorded = ({
  frameInterval,
  frames,
  trajectories,
  pointStride,
  ...rest
}: RecordedDefaults) => ({
  frameInterval: positive
    .default(frameInterval)
    .describe("time between two recorded frames, in units of the equation"),
  frames: z.int().min(2).default(frames).describe("recorded frames of each trajectory"),
  trajectories: z
    .strictObject({ train: count, validation: count, test: count })
    .default(trajectories)
    .describe("number of trajectories of each split"),
  observation: observation
    .default({ pointStride })
    .describe("what is seen of the recorded fields: { pointStride }, or a list of steps"),
  ...pairs(rest),
});

type RecordedKeys = ReturnType<typeof recorded>;

/** What the recipe of every system has: its name, and the keys of `recorded`. */
export type RecordedRecipe = { readonly system: string } & Immutable<{
  [K in keyof RecordedKeys]: z.output<RecordedKeys[K]>;
}>;

/** Whether a stride of the observation divides an axis of `numPoints`; other steps are checked with the data. */
export const strideFits = (seen: z.output<typeof observation>, numPoints: number): boolean =>
  !("pointStride" in seen) || numPoints % seen.pointStride === 0;
