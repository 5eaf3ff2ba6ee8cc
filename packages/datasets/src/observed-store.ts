import { withComponents } from "./layout.ts";
import { type Observation, observe, observeLayout } from "./observe.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";

/**
 * A store that shows what is seen of the states of another. It has no normalisation: what is seen has other
 * statistics than the states.
 *
 * @throws ArgumentError for an observation that does not fit the states.
 */
export function observedStore(store: TrajectoryStore, observation: Observation): TrajectoryStore {
  const { description, trajectories } = store;
  const layout = observeLayout(description, observation);
  return {
    description: { ...withComponents(description, layout), ...layout, observation },
    trajectories,
    ...(store.splits && { splits: store.splits }),
    normalisation: null,
    readFrames: async (trajectory, first, count) => {
      const frames = await store.readFrames(trajectory, first, count);
      const size = frames.length / count;
      const seen = Array.from({ length: count }, (_, i) =>
        observe(frames.subarray(i * size, (i + 1) * size), description, observation),
      );
      const out = new Float32Array(count * (seen[0]?.length ?? 0));
      for (const [i, frame] of seen.entries()) out.set(frame, i * frame.length);
      return out;
    },
  };
}
