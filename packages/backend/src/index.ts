export { type BackendName, useBackend } from "./use-backend.ts";
