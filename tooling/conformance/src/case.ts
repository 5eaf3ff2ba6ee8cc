import type { Tensor } from "@tensorflow/tfjs-core";
import type { NdArray } from "./nd-array.ts";

/** Where an operation comes from: our own, or used by our packages; or a whole network. */
export type Group = "ops" | "used of TensorFlow.js" | "networks";

/** One computation whose result is known in Float64. */
export interface Case {
  readonly group: Group;
  /** The function as it is imported, or the kernel as it is named. */
  readonly operation: string;
  /** What sets it apart from the other cases of the operation. */
  readonly name: string;
  readonly inputs: readonly NdArray[];
  /** On the backend; keeps its inputs, the caller disposes the results. */
  readonly run: (...inputs: Tensor[]) => Tensor | Tensor[];
  /** From the definition, in Float64. */
  readonly reference: (...inputs: NdArray[]) => NdArray | NdArray[];
  /**
   * How the gradient is known: not at all; by finite differences of the reference; or, where it is not
   * smooth, by a formula. Null stands for an input that is not differentiated by.
   */
  readonly gradient:
    | "none"
    | "numeric"
    | ((dy: NdArray, ...inputs: NdArray[]) => (NdArray | null)[]);
  /** The inputs that the gradient is taken by; all where absent. */
  readonly by?: readonly number[];
  /** The gradient of the result; random where absent. */
  readonly dy?: NdArray;
  /** Largest error allowed, relative to the largest number of the reference. */
  readonly tolerance?: number;
}

/** What came of one comparison. */
export type Outcome =
  | { readonly status: "ok" | "wrong"; readonly error: number }
  | { readonly status: "refused" | "crashed"; readonly reason: string };

/** What came of a case on one backend. */
export interface CaseResult {
  readonly group: Group;
  readonly operation: string;
  readonly name: string;
  readonly value: Outcome;
  /** Null where there is no gradient. */
  readonly gradient: Outcome | null;
  /** The kernels that ran, by name. */
  readonly kernels: readonly string[];
}
