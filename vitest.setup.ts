import { type BackendName, useBackend } from "@eddyflow/backend";

await useBackend((process.env["EDDYFLOW_BACKEND"] ?? "cpu") as BackendName);
