import type { BackendName } from "@eddyflow/backend";

/** What one backend is on this machine; null where it cannot be told. */
export interface BackendReport {
  readonly name: BackendName;
  readonly available: boolean;
  /** Why it is not there, or what it lacks. */
  readonly reason: string | null;
  /** What to do about that. */
  readonly remedy: string | null;
  readonly version: string | null;
  readonly device: string | null;
  readonly threads: number | null;
  /** Largest resident memory of the process that measured it. */
  readonly memoryBytes: number | null;
  /** Billions of floating-point operations a second. */
  readonly gflops: number | null;
}

/** A backend that is not there. */
export const absent = (name: BackendName, reason: string, remedy: string): BackendReport => ({
  name,
  available: false,
  reason,
  remedy,
  version: null,
  device: null,
  threads: null,
  memoryBytes: null,
  gflops: null,
});
