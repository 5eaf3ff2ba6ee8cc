import type { ButcherTableau } from "@eddyflow/samplers";
import type { BenchmarkedNetwork } from "./networks.ts";

/** Something that every engine that takes part does in its own way. Plain JSON, as it goes to the engines. */
export type Work =
  /** A square matrix product, for the rate of the hardware. */
  | { readonly kind: "product"; readonly size: number }
  /** A 3 × 3 convolution of padded squares, channels to as many channels, for the rate of the hardware. */
  | {
      readonly kind: "convolution";
      readonly batch: number;
      readonly points: number;
      readonly channels: number;
    }
  /** A velocity network: one evaluation, or one training step with mean-square loss and Adam. */
  | {
      readonly kind: "network";
      readonly mode: "forward" | "step";
      readonly network: BenchmarkedNetwork;
      readonly batch: number;
      readonly learningRate: number;
    }
  /** From noise to data by `steps` equal steps of a Runge–Kutta method. */
  | {
      readonly kind: "sampling";
      readonly network: BenchmarkedNetwork;
      readonly batch: number;
      readonly steps: number;
      readonly tableau: ButcherTableau;
    }
  /** Adam on the parameters of a network, with gradients that are there. */
  | {
      readonly kind: "optimizer";
      readonly network: BenchmarkedNetwork;
      readonly learningRate: number;
    }
  /** mean |X|² of the half spectra X of fields x of four channels, and its gradient in x. */
  | {
      readonly kind: "spectralLoss";
      readonly batch: number;
      readonly shape: readonly [number, number];
    }
  /** The next batch of shuffled, normalised pairs of frames. */
  | {
      readonly kind: "loading";
      /** Holds the trajectory store `store.zarr`. */
      readonly folder: string;
      /** The same frames, `[trajectory, time, ...space, channel]`, for NumPy. */
      readonly npy: string;
      readonly batch: number;
      readonly mean: readonly number[];
      readonly std: readonly number[];
    }
  /** Steps of the Kuramoto–Sivashinsky solver. */
  | {
      readonly kind: "simulator";
      readonly numPoints: number;
      readonly extent: number;
      readonly dt: number;
      readonly steps: number;
    }
  /** One step of the loop of the trainer, with its data, objective, average and loggers. */
  | {
      readonly kind: "loop";
      /** Holds the trajectory store `store.zarr`. */
      readonly folder: string;
      readonly network: BenchmarkedNetwork;
      readonly batch: number;
      readonly mean: readonly number[];
      readonly std: readonly number[];
    }
  /** One step of a rollout of a loaded surrogate, as the evaluator makes it. */
  | {
      readonly kind: "rollout";
      readonly network: BenchmarkedNetwork;
      readonly tableau: "euler" | "midpoint";
      readonly steps: number;
    };

/**
 * What an engine is asked, one JSON object per line on its standard input; it answers each with a line. Its
 * first line, unasked, is a `Ready`. It ends when its input does.
 */
export type Request<W = unknown> =
  /**
   * Makes a work ready, which gets the next index. The first engine writes weights, inputs and its output into
   * `file`, the others begin with the same weights and inputs and compare their output.
   */
  | { readonly request: "prepare"; readonly work: W; readonly file: string }
  /** Does a prepared work `repeats` times. */
  | { readonly request: "time"; readonly index: number; readonly repeats: number }
  | { readonly request: "memory" };

export interface Ready {
  /** What the engine is, with its version. */
  readonly ready: string;
}

export interface PreparedAnswer {
  /** max |own − reference| / max |reference|; null where there is nothing to compare. */
  readonly difference: number | null;
}

export interface TimeAnswer {
  /** Of each repeat. */
  readonly milliseconds: readonly number[];
  /** What a work counts besides its time, by name with unit; the latest values. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface MemoryAnswer {
  /** Peak resident memory of the process. */
  readonly peakBytes: number;
}

export interface Failure {
  readonly error: string;
}
