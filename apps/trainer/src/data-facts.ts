import { createHash } from "node:crypto";
import type { DataFacts, SplitFacts } from "@eddyflow/checkpointing";
import { framesOf, type TrajectoryStore } from "@eddyflow/datasets";
import type { TrainingData } from "./open-data.ts";

/** Trajectories that are looked into: enough to notice other data, few enough to cost nothing. */
const looked = 16;

/**
 * What a run remembers of its data, by which it knows them again wherever they lie.
 *
 * @param told - the parameters of the trajectory that the model is told of.
 * @throws DataError as the stores' `readFrames` does.
 */
export async function dataFacts(
  { train, validation, normalisation }: TrainingData,
  told: readonly string[],
): Promise<DataFacts> {
  return {
    train: await splitFacts(train, told),
    validation: await splitFacts(validation, told),
    normalisation,
  };
}

/** Of the values the first frame of some trajectories counts, the last frame of the last one, and the parameters. */
async function splitFacts(store: TrajectoryStore, told: readonly string[]): Promise<SplitFacts> {
  const { trajectories, description } = store;
  const { frames, parameters = {} } = description;
  const count = Math.min(looked, trajectories);
  const hash = createHash("sha256");
  hash.update(JSON.stringify(told.map((name) => parameters[name])));
  const places = [
    ...Array.from(
      { length: count },
      (_, i) => [Math.floor((i * trajectories) / count), 0] as const,
    ),
    [trajectories - 1, framesOf(description, trajectories - 1) - 1] as const,
  ];
  for (const [trajectory, frame] of places) {
    const { buffer, byteOffset, byteLength } = await store.readFrames(trajectory, frame, 1);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return { trajectories, frames, sha256: hash.digest("hex") };
}
