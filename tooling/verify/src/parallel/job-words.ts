import { join } from "node:path";
import { type Place, type Training, wordsOf } from "../training/trainings.ts";

const trainer = join(import.meta.dirname, "../../../../apps/trainer/src/cli.ts");

/** A sample and a held-out pair for each of four ranks. */
const forRanks: Readonly<Record<string, string>> = {
  "training.batchSize=2": "training.batchSize=4",
  "training.validationPairs=2": "training.validationPairs=4",
};

/** The trainer with the words of a training, as each rank runs it. */
export const jobWords = (
  place: Place,
  training: Training,
  mode: "--new" | "--resume",
): readonly string[] => [
  trainer,
  ...wordsOf(place, training, mode).map((word) => forRanks[word] ?? word),
];
