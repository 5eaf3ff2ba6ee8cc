import type { TrajectoryStore } from "@eddyflow/datasets";
import { inProcess } from "@eddyflow/parallel";
import type { Contestant } from "../contestants/contestant.ts";
import { type EvaluateOptions, evaluate, type Measurements } from "./evaluate.ts";

/** What rank 0 of some ranks, which are all in this process, has measured; the others must have nothing. */
export async function evaluateInRanks(
  size: number,
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  options: EvaluateOptions,
): Promise<Measurements> {
  const [measured, ...others] = await Promise.all(
    inProcess(size).map((communicator) =>
      evaluate(contestants, test, { ...options, communicator }),
    ),
  );
  if (measured == null || others.some((each) => each !== null)) {
    throw new Error("rank 0 alone has measurements");
  }
  return measured;
}

/** The measurements of one process. */
export const evaluateAlone = (
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  options: EvaluateOptions,
): Promise<Measurements> => evaluateInRanks(1, contestants, test, options);
