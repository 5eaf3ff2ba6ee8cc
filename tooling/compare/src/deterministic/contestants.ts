/** A method that learns from data, and how its outcome is run. */
export interface DeterministicPart {
  readonly name: string;
  readonly method: string;
  /** Null for the only way that there is. */
  readonly samplers: readonly (string | null)[];
  /** Of an evaluation of all samplers, measured: native backend, two cores. */
  readonly evaluationSeconds: number;
}

/** 1 to 100 evaluations by Euler steps, and by midpoint steps, of which each has two. */
const teacherSamplers = [
  ...[1, 2, 5, 10, 20, 100].map((steps) => `euler:${steps}`),
  ...[1, 2, 5, 10, 50].map((steps) => `midpoint:${steps}`),
];

/** Both methods have the same data, batches, learning rates and iterations, and networks of one size but for the first convolution. */
export const parts: readonly DeterministicPart[] = [
  { name: "deterministic", method: "deterministic", samplers: [null], evaluationSeconds: 2 },
  { name: "velocity", method: "velocity", samplers: teacherSamplers, evaluationSeconds: 200 },
];
