import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Key } from "./key.ts";
import type { ParamSets } from "./params.ts";

/**
 * A batch of normalised pairs, `[batch, ...space, channel]` each. The training loop disposes it, with what further
 * tensors the batches of a learner's own have.
 */
export interface Batch {
  /**
   * The condition y, or null where there is none: one or several previous states, then whatever else is known
   * (parameters of the trajectory, as channels that are constant in space).
   */
  readonly previous: Tensor | null;
  /** The state x₁ to predict. */
  readonly next: Tensor;
  /** The states after it, in order, where the data loader was asked for more than one to come. */
  readonly later?: readonly Tensor[];
}

/** The rows of a batch that one of several processes has, which share it out: `from`, `from + every`, … of `of`. */
export interface BatchRows {
  readonly from: number;
  readonly every: number;
  /** Of the whole batch. */
  readonly of: number;
}

/** Where in a training targets are made. */
export interface TargetsAt {
  readonly key: Key;
  /** The number of steps done before. */
  readonly step: number;
  /**
   * Which rows of a larger batch those of `batch` are; all of it unless given. Draws are those of the larger batch, in
   * which this process has these rows: `normalTensor` and `drawRows` of the draws take them.
   */
  readonly rows?: BatchRows | undefined;
}

/** What training minimises. A run trains one objective, or several in turn (generator, discriminator). */
export interface Objective<Targets extends Readonly<Record<string, Tensor>>> {
  /** The set that receives the gradient. */
  readonly trains: string;
  /**
   * The axes of targets that count the rows of the batch, where that is not the first axis. A row may come several times:
   * all rows once, then all again. Training in parts cuts the targets there; a scalar is of the whole batch.
   */
  readonly rowAxes?: Readonly<Record<string, number>>;
  /**
   * Everything without a gradient: noise, x_t, teacher steps, stop-gradient targets. It runs outside the
   * tape, because tfjs has no stop-gradient and its tape keeps every tensor made under it. The caller
   * disposes the targets, except those that are tensors of the batch.
   */
  targets(sets: ParamSets, batch: Batch, at: TargetsAt): Targets | Promise<Targets>;
  /** The loss to differentiate and, where it has several parts, those by name for the log. Runs on the tape. */
  loss(
    sets: ParamSets,
    targets: Targets,
  ): { readonly loss: Scalar; readonly terms?: Readonly<Record<string, Scalar>> };
}
