import { join } from "node:path";
import { sideBySide } from "../side-by-side.ts";
import { type Ending, endings } from "./endings.ts";
import { mustEnd } from "./must-end.ts";
import { differences, type RunFacts, readRun } from "./read-run.ts";
import type { TrainingCheck } from "./training-check.ts";
import { type Place, runIn, startTraining } from "./trainings.ts";

export interface EndingsChecksOptions {
  readonly place: Place;
  readonly isQuick: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

const training = { method: "velocity", steps: 60, checkpointEvery: 1000, validateEvery: 5 };

/** Ends trainings in every way, several at a time. */
export async function* endingsChecks({
  place,
  isQuick,
  signal,
  onProgress,
}: EndingsChecksOptions): AsyncGenerator<TrainingCheck, void, void> {
  const tried = endings.filter((ending) => !isQuick || ending.isQuick === true);
  onProgress(0, tried.length);
  // Each in a folder of its own: some look at all the runs that there are.
  const runs = (name: string): Place => ({ ...place, runs: join(place.runs, name) });
  const whole = { ...training, name: "whole" };
  // It is made beside the first endings.
  const facts = (async () => {
    await mustEnd("an uninterrupted training", startTraining(runs("whole"), whole, "--new"));
    return await readRun(runIn(runs("whole"), whole));
  })();
  facts.catch(() => {});
  const tasks = tried.map((ending, i) => async (signal: AbortSignal) => {
    signal.throwIfAborted();
    return await check(ending, runs(`ending-${i}`), facts);
  });
  let done = 0;
  for await (const made of sideBySide(tasks, signal)) {
    onProgress(++done, tried.length);
    yield made;
  }
}

async function check(
  { name, act }: Ending,
  place: Place,
  whole: Promise<RunFacts>,
): Promise<TrainingCheck> {
  const own = { ...training, name: "ended" };
  const { wrong, runs = [own.name] } = await act({ place, training: own });
  const after: string[] = [];
  for (const run of runs) {
    const named = { ...training, name: run };
    const { code, said } = await startTraining(place, named, "--resume").ended;
    if (code === 0) after.push(...differences(await readRun(runIn(place, named)), await whole));
    else after.push(`resumed, it ended with ${code}: ${said.trimEnd().split("\n").at(-1)}`);
  }
  const all = [...wrong, ...after];
  return { name, ok: all.length === 0, figures: `${runs.length} resumed`, wrong: all };
}
