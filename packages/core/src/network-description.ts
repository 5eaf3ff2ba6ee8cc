import type { Padding } from "./field.ts";

/** What a network computes, and so which inputs it has beside the state x and the condition y. */
export type NetworkKind =
  /** v(x, y, t), a velocity field. */
  | "velocity"
  /** φ(x, y, t, δ), the corrector of a flow map over a velocity field. */
  | "corrector"
  /** u(x, y, t, δ), the mean velocity of a flow map x + δu. */
  | "mean-velocity"
  /** G(z, y), the next state made of noise z and the condition y, at once. */
  | "generator"
  /** G(y), the next state made of the condition alone. */
  | "predictor";

/** A network as plain JSON: what a manifest holds and `@eddyflow/models` builds the network from. */
export interface NetworkDescription {
  readonly kind: NetworkKind;
  /** Channels of the state x, and of the result. */
  readonly stateChannels: number;
  /** Channels of the condition y; 0 where there is none. */
  readonly conditionChannels: number;
  /** Channels per level of the U-Net, finest first. */
  readonly features: readonly number[];
  /** How each spatial axis goes on beyond its ends: one padding makes a network of lines, two of planes, three of volumes. */
  readonly padding: readonly Padding[];
  /**
   * Spatial axes, in array order, along which the network is told where it is: √12 (i + ½ − n/2)/n at cell i of
   * n, which has mean 0 and variance 1 over the box. None unless given.
   */
  readonly position?: readonly number[];
  /** Of a velocity for one Euler step: the largest wavenumber with a gain of its own where the step leads; no gains unless given. */
  readonly spectralGain?: number;
  /** The name of a network of one's own that takes the place of the U-Net. */
  readonly own?: string;
}
