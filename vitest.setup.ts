import { useBackend } from "@eddyflow/backend";

await useBackend("auto");
