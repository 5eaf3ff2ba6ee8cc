import { type BackendName, backendNames } from "./backend-info.ts";
import { hasTensorflow } from "./tensorflow/start-tensorflow.ts";

/**
 * The backends that this machine seems to have, fastest first: their files are there. Nothing is loaded, so
 * that starting one can still fail.
 */
export function availableBackends(): readonly BackendName[] {
  return backendNames.filter((name) => name !== "tensorflow" || hasTensorflow());
}
