import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Key } from "./key.ts";
import type { ParamSets } from "./params.ts";

/** One batch of normalised states, `[batch, ...space, channel]` each; disposed by the loop. */
export interface Batch {
  /** The condition y, or null where there is none. */
  readonly previous: Tensor | null;
  readonly next: Tensor;
  /** Further known channels (position, parameters), or null. */
  readonly extras: Tensor | null;
}

/** What training minimises. A run trains one objective, or several in turn (generator, discriminator). */
export interface Objective<Targets extends Readonly<Record<string, Tensor>>> {
  /** The set that receives the gradient. */
  readonly trains: string;
  /**
   * Everything without a gradient: noise, x_t, teacher steps, stop-gradient targets. Runs outside the
   * tape, because tfjs has no stop-gradient and its tape keeps every tensor made under it.
   */
  targets(
    sets: ParamSets,
    batch: Batch,
    at: { readonly key: Key; readonly step: number },
  ): Targets | Promise<Targets>;
  /** The loss to differentiate, and its named parts for the log. Runs on the tape. */
  loss(
    sets: ParamSets,
    targets: Targets,
  ): { readonly loss: Scalar; readonly terms: Readonly<Record<string, Scalar>> };
}
