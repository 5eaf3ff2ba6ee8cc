import { createHash } from "node:crypto";
import { DataError } from "@eddyflow/core";
import { type Moments, moments } from "@eddyflow/datasets";
import { splits } from "./import-source.ts";
import type { ImportPlan } from "./plan-import.ts";

/** What all values of a plan are like. */
export interface Survey {
  /** Of each channel, over all splits. */
  readonly ranges: readonly { readonly least: number; readonly most: number }[];
  /** Of each split: by it an import that goes on knows its values again. */
  readonly sha256: Readonly<Record<(typeof splits)[number], string>>;
}

/** What may be watched and stopped while frames are read or written. */
export interface WatchOptions {
  readonly signal?: AbortSignal;
  /** Called after each frame. */
  readonly onFrame?: () => void;
}

/** Frames that are read at a time. */
export const blockOf = (plan: ImportPlan): number => {
  const size = plan.grid.shape.reduce((product, n) => product * n, plan.channels.length);
  return Math.max(1, Math.floor(2 ** 22 / size));
};

/**
 * Reads every value once, before anything is written.
 *
 * @throws DataError naming the first value that is not finite, and a channel that is the same everywhere in the training split.
 */
export async function surveyPlan(
  plan: ImportPlan,
  { signal, onFrame = () => {} }: WatchOptions = {},
): Promise<Survey> {
  const channels = plan.channels.length;
  const ranges = plan.channels.map(() => ({
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
  }));
  const block = blockOf(plan);
  const sums: Record<string, string> = {};
  const ofTraining: Moments = moments(channels);
  for (const split of splits) {
    const hash = createHash("sha256");
    for (const one of plan.parts[split]) {
      for (let from = 0; from < one.frames; from += block) {
        signal?.throwIfAborted();
        const count = Math.min(block, one.frames - from);
        const values = await one.read(from, count);
        for (let i = 0; i < values.length; i++) {
          const range = ranges[i % channels] as { least: number; most: number };
          const value = values[i] as number;
          if (value < range.least) range.least = value;
          if (value > range.most) range.most = value;
        }
        if (split === "train") ofTraining.add(values);
        hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        for (let i = 0; i < count; i++) onFrame();
      }
    }
    sums[split] = hash.digest("hex");
  }
  const still = ofTraining.variance().findIndex((variance) => !(variance > 0));
  if (still !== -1) {
    throw new DataError({
      problem: `the channel ${plan.channels[still]} is ${ofTraining.mean[still]} everywhere in the training split`,
      expected: "values that vary",
      remedy: "leave it out: name the others by --channels or --dataset",
    });
  }
  return { ranges, sha256: sums as Survey["sha256"] };
}
