import type { DataFacts } from "@eddyflow/checkpointing";
import { splitFacts } from "command-line";
import type { TrainingData } from "./open-data.ts";

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
