/**
 * What a network computes in. `mixed` keeps the weights, sums, loss and optimizer in float32 and multiplies
 * in bfloat16, which has the range of float32 and 8 significant bits.
 */
export type Precision = "float32" | "mixed";
