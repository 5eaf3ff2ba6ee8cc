export { availableBackends } from "./available-backends.ts";
export { type BackendInfo, type BackendName, backendNames, type Refusal } from "./backend-info.ts";
export { requireMixedPrecision } from "./require-mixed-precision.ts";
export { useBackend } from "./use-backend.ts";
