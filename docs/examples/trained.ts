import { useBackend } from "@eddyflow/backend";
import { readManifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { key } from "@eddyflow/random";
import { zeros } from "@tensorflow/tfjs-core";

/** The run that the examples are told of: `npm run node -- docs/examples/adaptive-sampling.ts RUN`. */
await useBackend("auto");
export const source = folderSource(await resolveCheckpoint(process.argv[2] ?? ""));
const { grid, channels } = await readManifest(source);
export const previous = zeros([1, ...grid.shape, channels.length]);
export const noise = key(1);
