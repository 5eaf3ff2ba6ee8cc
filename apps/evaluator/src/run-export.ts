import { exportCheckpoint, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { say, userPath } from "command-line";
import type { ExportRequest } from "./export-request.ts";

/**
 * Writes what `evaluator export` was asked for, and says how large it is.
 *
 * @throws CheckpointError, ArgumentError or StorageError as `exportCheckpoint`.
 */
export async function runExport({
  checkpoint,
  out,
  precision,
  format,
}: ExportRequest): Promise<void> {
  const from = await resolveCheckpoint(userPath(checkpoint));
  if (format === "onnx") {
    // Imported late: whoever wants no ONNX does not wait for its library.
    const { exportOnnx } = await import("./onnx/export-onnx.ts");
    const { bytes, files } = await exportOnnx(from, userPath(out), { precision });
    say(`${out}: ${files.join(", ")} for onnxruntime, ${(bytes / 1e6).toFixed(1)} MB in all`);
    return;
  }
  const bytes = await exportCheckpoint(from, userPath(out), { precision });
  say(`${out}: a model of ${(bytes / 1e6).toFixed(1)} MB, to be put on a server as it is`);
}
