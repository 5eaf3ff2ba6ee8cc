import { BackendError } from "@eddyflow/core";
import { toLowPrecision } from "@eddyflow/ops";
import { getBackend, scalar, tidy } from "@tensorflow/tfjs-core";

/**
 * Checks that mixed precision pays on the backend in use: on native TensorFlow, once in a process, by what the processor
 * says of itself and pairs of small convolutions in both types (some 100 ms).
 *
 * @throws BackendError where it does not: another precision is never taken in its place.
 */
export function requireMixedPrecision(): void {
  const name = getBackend();
  if (name !== "tensorflow") {
    throw new BackendError({
      problem: `the ${name} backend has no mixed precision`,
      expected: "native TensorFlow on a processor with bfloat16 units",
      remedy: "compute in float32, or with the backend tensorflow",
    });
  }
  tidy(() => void toLowPrecision(scalar(0)));
}
