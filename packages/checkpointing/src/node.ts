export { folderSource } from "./folder-source.ts";
export type { SavedCheckpoint } from "./list-checkpoints.ts";
export {
  createRunDirectory,
  type ListRunsOptions,
  listRuns,
  openRunDirectory,
  type RunDirectory,
  type RunDirectoryOptions,
  resolveCheckpoint,
} from "./run-directory.ts";
export type { CheckpointContents } from "./save-checkpoint.ts";
export { toStorageError } from "./storage-error.ts";
