export { availableBackends } from "./available-backends.ts";
export type { BackendInfo, BackendName, Refusal } from "./backend-info.ts";
export { findNvidiaDriver } from "./tensorflow/nvidia-driver.ts";
export { useBackend } from "./use-backend.ts";
