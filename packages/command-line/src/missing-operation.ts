import { BackendError } from "@eddyflow/core";
import { aboutBackends } from "./call-of.ts";

/**
 * What TensorFlow.js throws where a backend has no kernel of an operation, or an operation no gradient, as an error
 * that a user can mend; null for any other error.
 */
export function missingOperation(error: Error): BackendError | null {
  const kernel = /^Kernel '([^']+)' not registered for backend '([^']+)'/u.exec(error.message);
  if (kernel !== null) {
    return new BackendError({
      problem: `the backend ${kernel[2]} lacks the operation ${kernel[1]}`,
      expected: "a backend that has it",
      remedy: `choose another with --backend; ${aboutBackends}`,
      cause: error,
    });
  }
  const gradient = /gradient function not found for (\w+)/u.exec(error.message);
  if (gradient === null) return null;
  return new BackendError({
    problem: `TensorFlow.js has no gradient of the operation ${gradient[1]}`,
    expected: "operations of @eddyflow/ops, or such as TensorFlow.js can differentiate",
    remedy: `compute without ${gradient[1]} inside the loss, on every backend`,
    cause: error,
  });
}
