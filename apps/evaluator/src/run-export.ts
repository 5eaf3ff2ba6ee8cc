import { exportCheckpoint, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { say, userPath } from "command-line";
import type { ExportRequest } from "./export-request.ts";

/**
 * Writes what `evaluator export` was asked for, and says how large it is.
 *
 * @throws CheckpointError, ArgumentError or StorageError as `exportCheckpoint`.
 */
export async function runExport({ checkpoint, out, precision }: ExportRequest): Promise<void> {
  const from = await resolveCheckpoint(userPath(checkpoint));
  const bytes = await exportCheckpoint(from, userPath(out), { precision });
  say(`${out}: a model of ${(bytes / 1e6).toFixed(1)} MB, to be put on a server as it is`);
}
