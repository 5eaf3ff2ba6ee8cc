import { openTrajectoryStore } from "@eddyflow/datasets";
import { writeWell } from "@eddyflow/formats";
import { progressBar, say } from "command-line";

interface ExportWellOptions {
  readonly signal: AbortSignal;
  readonly shown: (path: string) => string;
}

/** Writes a finished store as a file of The Well below `out` and says where, or that it was stopped. */
export async function exportWell(
  dir: string,
  out: string,
  { signal, shown }: ExportWellOptions,
): Promise<void> {
  const store = await openTrajectoryStore(dir);
  const frames = store.trajectories * store.description.frames;
  const bar = progressBar(`writing ${store.description.split} for The Well`, frames, {
    unit: "frames",
  });
  let done = 0;
  try {
    const path = await writeWell(store, out, { signal, onFrame: () => bar.update(++done) });
    bar.finish(done === 0 ? "there already" : undefined);
    say(`${shown(path)}: ${store.trajectories} trajectories`);
  } catch (error) {
    if (!signal.aborted) throw error;
    say(`stopped, ${shown(dir)} is whole; the same command writes it for The Well`);
  }
}
