import type { Communicator } from "./communicator.ts";
import { launchedAs } from "./launcher.ts";
import { oneProcess } from "./one-process.ts";

/**
 * The job that this process belongs to: one process where no launcher started it or where it is the only one, and MPI is
 * not loaded then; else the ranks of the launcher's MPI. To be called once, before anything else is told, in all of them.
 *
 * @throws ArgumentError as `mpi` does.
 */
export async function connect(): Promise<Communicator> {
  const launched = launchedAs();
  if (launched === null || launched.size === 1) return oneProcess();
  const { mpi } = await import("./mpi.ts");
  return mpi();
}
