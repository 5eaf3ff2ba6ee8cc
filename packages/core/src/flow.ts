import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";

/**
 * v(x_t, y, t), the velocity of the probability flow: x is `[batch, ...space, channel]`, the condition y
 * likewise or null where there is none, and the flow time t ∈ [0, 1] is `[batch]`; 0 is noise, 1 is data.
 */
export type VelocityField = (x: Tensor, y: Tensor | null, t: Tensor1D) => Tensor;

/**
 * F_δ(x_t, y, t), the state δ later along the flow, t + δ ≤ 1. The increment δ is `[batch]`, or one number
 * for the whole batch, so that a map may leave out at δ = 1 what has no weight there. A progressive student
 * that knows its increment is one of these too: x + Δ·u(x, y, t, Δ).
 */
export type FlowMap = (
  x: Tensor,
  y: Tensor | null,
  t: Tensor1D,
  delta: Tensor1D | number,
) => Tensor;

/** What makes a next state of noise: a velocity field to be integrated, a map to be followed, or a network at once. */
export type Dynamics =
  | { readonly kind: "velocity"; readonly velocity: VelocityField }
  | { readonly kind: "map"; readonly flowMap: FlowMap }
  | { readonly kind: "direct"; readonly next: (x: Tensor, y: Tensor | null) => Tensor };
