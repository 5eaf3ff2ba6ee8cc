import { readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { keyFor } from "@eddyflow/random";
import { differences, linesOf, readRun } from "./read-run.ts";
import type { Started } from "./start-process.ts";
import { type Place, runIn, startTraining, type Training } from "./trainings.ts";
import { momentOf, untilMoment } from "./until-moment.ts";

/** What a training was doing when it was killed, by what it left. */
const trainingPhases = [
  "start-up",
  "cutting the logs back",
  "steps",
  "writing a checkpoint",
] as const;
type TrainingPhase = (typeof trainingPhases)[number];

/** What came of the kills of one method. */
export interface TrainingKills {
  readonly method: string;
  readonly killed: Readonly<Record<TrainingPhase, number>>;
  /** Trainings that ended before their kill. */
  readonly tooLate: number;
  /** Runs that were finished and held against the uninterrupted one. */
  readonly finished: number;
  readonly wrong: readonly string[];
}

export interface KillTrainingsOptions {
  readonly place: Place;
  /** Of the method, with the uninterrupted run "whole" beside which the others are made. */
  readonly training: Training;
  readonly kills: number;
  readonly seed: number;
  /** Milliseconds that the uninterrupted run took. */
  readonly wholeMilliseconds: number;
  readonly signal: AbortSignal;
  readonly onKill: () => void;
}

/** Of the moments, those that are drawn from the time, not from the changes of files, which most of the start-up has none of. */
const byTime = 0.3;
/** About so many changes of files come with each step: rows of two logs; a checkpoint has some twenty. */
const changesPerStep = 8;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The names in a run and its checkpoints, and the number of its rows. */
async function leftIn(run: string) {
  const [files, checkpoints, lines] = await Promise.all([
    readdir(run).catch((): string[] => []),
    readdir(join(run, "checkpoints")).catch((): string[] => []),
    linesOf(run),
  ]);
  return { files, isWriting: checkpoints.some((name) => name.startsWith(".")), lines };
}

type Left = Awaited<ReturnType<typeof leftIn>>;

function phaseOf(before: Left, after: Left): TrainingPhase {
  if (after.isWriting) return "writing a checkpoint";
  if (after.files.includes(".log-writing")) return "cutting the logs back";
  return String(before.lines) === String(after.lines) ? "start-up" : "steps";
}

/**
 * Kills trainings of a method by SIGKILL at random moments until `kills` were met at work. A run is gone on with until a
 * training ends by itself; then it must be the uninterrupted one, and another is begun. The last is not killed any more.
 *
 * @throws the signal's reason where it is aborted.
 */
export async function killTrainings({
  place,
  training,
  kills,
  seed,
  wholeMilliseconds,
  signal,
  onKill,
}: KillTrainingsOptions): Promise<TrainingKills> {
  const { method, steps } = training;
  const killed = Object.fromEntries(trainingPhases.map((phase) => [phase, 0])) as Record<
    TrainingPhase,
    number
  >;
  const wrong: string[] = [];
  const whole = await readRun(runIn(place, { ...training, name: "whole" }));
  let [met, attempt, tooLate, finished] = [0, 0, 0, 0];
  let isUnfinished = false;
  const moments = { byTime, milliseconds: wholeMilliseconds, changes: changesPerStep * steps };
  let current: Started | null = null;
  try {
    while (met < kills || isUnfinished) {
      signal.throwIfAborted();
      const own = { ...training, name: `killed-${finished}` };
      const run = runIn(place, own);
      const before = await leftIn(run);
      const isBegun = await exists(join(run, "config.json"));
      current = startTraining(place, own, isBegun ? "--resume" : "--new");
      const at = momentOf(moments, keyFor(seed, `kill ${method}`, 0), attempt++);
      const isToEnd = met === kills;
      if (!isToEnd) await untilMoment(at, dirname(run), current);
      if (!isToEnd && current.kill()) {
        await current.ended;
        isUnfinished = true;
        met++;
        onKill();
        killed[phaseOf(before, await leftIn(run))]++;
        continue;
      }
      if (!isToEnd) tooLate++;
      const { code, said } = await current.ended;
      if (code === 0) {
        for (const line of differences(await readRun(run), whole)) wrong.push(`${run}: ${line}`);
        await rm(run, { recursive: true });
      } else {
        wrong.push(`${run}: ended with ${code}: ${said.trimEnd().split("\n").at(-1)}`);
      }
      finished++;
      isUnfinished = false;
    }
  } finally {
    current?.kill();
  }
  return { method, killed, tooLate, finished, wrong };
}
