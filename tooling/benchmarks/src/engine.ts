// Our engine as a child process of the benchmark: answers the requests of protocol.ts, line by line.
import { requireMixedPrecision, useBackend } from "@eddyflow/backend";
import { prepare } from "./engine/prepare.ts";
import type { Work } from "./protocol.ts";
import { serveRequests } from "./serve-requests.ts";

const precision = process.argv[2] === "mixed" ? "mixed" : "float32";
const backend = await useBackend("auto");
if (precision === "mixed") requireMixedPrecision();
await serveRequests(`Eddyflow on ${backend.name}, ${backend.device}`, (work: Work, file) =>
  prepare(work, file, precision),
);
process.exit(0);
