import type { EvaluationOptions } from "../work/evaluate.ts";
import type { Setting } from "../work/setting.ts";

type Numbers = Pick<
  EvaluationOptions,
  "members" | "samples" | "rollouts" | "rolloutLength" | "batch" | "isQuick"
>;

/** How much of everything a study does: all of it, or so little that the same code runs in seconds. */
export interface Extent {
  setting(setting: {
    readonly experiment: string;
    /** At any extent. */
    readonly overrides?: readonly string[];
    /** Sizes, which a quick run takes from the experiment's small form. */
    readonly sizes?: readonly string[];
  }): Setting;
  iterations(whole: number): number;
  seconds(whole: number): number;
  numbers(whole: Numbers): Numbers;
  /** Of a reference ensemble. */
  readonly ensemble: { readonly members: number; readonly conditions: number };
  /** The first two of a list, or all. */
  parts<Part>(whole: readonly Part[]): readonly Part[];
}

const whole: Extent = {
  setting: ({ experiment, overrides = [], sizes = [] }) => ({
    ...{ experiment, size: "full", overrides: [...overrides, ...sizes] },
  }),
  iterations: (iterations) => iterations,
  seconds: (seconds) => seconds,
  numbers: (numbers) => numbers,
  ensemble: { members: 160, conditions: 24 },
  parts: (parts) => parts,
};

const quick: Extent = {
  setting: ({ experiment, overrides = [] }) => ({
    experiment,
    size: "small",
    overrides: [
      ...overrides,
      ...["train", "validation", "test"].map((split) => `data.trajectories.${split}=1`),
      "data.frames=5",
    ],
  }),
  iterations: () => 2,
  seconds: () => 4,
  numbers: () => ({
    ...{ members: 2, samples: 2, rollouts: 1, rolloutLength: 2, batch: 2, isQuick: true },
  }),
  ensemble: { members: 4, conditions: 2 },
  parts: (parts) => parts.slice(0, 2),
};

export const extentOf = (isQuick: boolean): Extent => (isQuick ? quick : whole);
