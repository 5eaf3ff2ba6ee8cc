import { framesOf, type TrajectoryStore } from "@eddyflow/datasets";

/** A damaged count of frames should not make the fuzzer wait for millions of them. */
const maxFrames = 50;

/** All that a store gives: its description, its normalisation and its frames. */
export async function readStore(store: TrajectoryStore): Promise<unknown> {
  const { description, normalisation } = store;
  const trajectories: Float32Array[] = [];
  for (let index = 0; index < Math.min(store.trajectories, maxFrames); index++) {
    trajectories.push(
      await store.readFrames(index, 0, Math.min(framesOf(description, index), maxFrames)),
    );
  }
  return { description, normalisation, trajectories };
}
