export { type AutoOrder, autoOrder } from "./auto-order.ts";
export { availableBackends } from "./available-backends.ts";
export { type BackendInfo, type BackendName, backendNames, type Refusal } from "./backend-info.ts";
export { keepMeasurement } from "./keep-measurement.ts";
export { requireMixedPrecision } from "./require-mixed-precision.ts";
export { findNvidiaDriver } from "./tensorflow/nvidia-driver.ts";
export { type UseBackendOptions, useBackend } from "./use-backend.ts";
export { type VerifiedNative, verifyNative } from "./verify-native.ts";
