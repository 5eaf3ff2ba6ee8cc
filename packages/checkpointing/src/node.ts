export { copyCheckpoint } from "./copy-checkpoint.ts";
export { type ExportOptions, exportCheckpoint, exportedFiles } from "./export-checkpoint.ts";
export { folderSource } from "./folder-source.ts";
export type { SavedCheckpoint } from "./list-checkpoints.ts";
export { listRuns } from "./list-runs.ts";
export type { ListRunsOptions } from "./method-folder.ts";
export { type ReadRun, readRun } from "./read-run.ts";
export { resolveCheckpoint } from "./resolve-checkpoint.ts";
export {
  createRunDirectory,
  openRunDirectory,
  type RunDirectory,
  type RunDirectoryOptions,
} from "./run-directory.ts";
export type { CheckpointContents } from "./save-checkpoint.ts";
export { toStorageError } from "./storage-error.ts";
export { writeFolder } from "./write-folder.ts";
