import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { keyFor, uniform } from "@eddyflow/random";
import { mustEnd } from "../training/must-end.ts";
import { differences, readRun } from "../training/read-run.ts";
import type { TrainingCheck } from "../training/training-check.ts";
import { type Place, runIn, type Training } from "../training/trainings.ts";
import { jobWords } from "./job-words.ts";
import { type Launcher, lastOf, processOf, startJob } from "./launchers.ts";

/** A job without one of its ranks must have ended by then. */
const mostSeconds = 10;

export interface KilledRanksOptions {
  readonly place: Place;
  readonly launchers: readonly Launcher[];
  readonly ranks: number;
  /** Kills by each launcher, of the ranks in turn. */
  readonly kills: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Kills one rank after the other of a training by SIGKILL at random moments. The job must end by itself and soon, and
 * what is resumed must become the uninterrupted run of as many ranks.
 */
export async function* killedRanksChecks({
  place,
  launchers,
  ranks,
  kills,
  seed,
  signal,
}: KilledRanksOptions): AsyncGenerator<TrainingCheck, void, void> {
  for (const launcher of launchers) {
    const training: Training = {
      ...{ method: "velocity", steps: 12, checkpointEvery: 2, validateEvery: 4 },
      name: `whole-${launcher.name}`,
    };
    const start = (name: string, job: string, mode: "--new" | "--resume") => {
      const words = jobWords(place, { ...training, name }, mode);
      return startJob(launcher, ranks, { words, job });
    };
    const begun = performance.now();
    await mustEnd(`${ranks} ranks by ${launcher.name}`, start(training.name, "whole", "--new"));
    const whole = await readRun(runIn(place, training));
    const milliseconds = performance.now() - begun;
    const wrong: string[] = [];
    const moments = uniform(keyFor(seed, `kill ranks ${launcher.name}`, 0), 4 * kills);
    let [met, attempt, finished, slowest] = [0, 0, 0, 0];
    let isUnfinished = false;
    while ((met < kills || isUnfinished) && wrong.length === 0) {
      signal.throwIfAborted();
      const name = `killed-${launcher.name}-${finished}`;
      const run = runIn(place, { ...training, name });
      const job = `${name}-${attempt}`;
      const mode = (await isBegun(run)) ? "--resume" : "--new";
      const current = start(name, job, mode);
      if (met < kills) {
        await Promise.race([
          wait((moments[attempt % moments.length] as number) * milliseconds),
          current.ended,
        ]);
        const victim = await processOf(launcher, job, met % ranks);
        attempt++;
        if (victim !== null) {
          const killedAt = performance.now();
          process.kill(victim, "SIGKILL");
          const { code } = await Promise.race([
            current.ended,
            wait(6 * mostSeconds * 1000).then(() => ({ code: null })),
          ]);
          const seconds = (performance.now() - killedAt) / 1000;
          slowest = Math.max(slowest, seconds);
          current.kill();
          if (seconds > mostSeconds) {
            wrong.push(`without rank ${met % ranks} it went on for ${seconds.toFixed(1)} s`);
          }
          if (code === 0) wrong.push(`without rank ${met % ranks} it ended with 0`);
          isUnfinished = true;
          met++;
          continue;
        }
      }
      const { code, said } = await current.ended;
      if (code !== 0) {
        wrong.push(`${run}: ended with ${code}: ${lastOf(said)}`);
      } else {
        for (const line of differences(await readRun(run), whole)) wrong.push(`${run}: ${line}`);
        await rm(run, { recursive: true });
      }
      finished++;
      isUnfinished = false;
    }
    yield {
      name: `${ranks} ranks by ${launcher.name}, one killed at a time`,
      ok: wrong.length === 0,
      figures: `${met} kills, the job ended in ${slowest.toFixed(1)} s at most; ${finished} runs finished`,
      wrong,
    };
  }
}

/** Whether there is a run to go on with. */
const isBegun = (run: string): Promise<boolean> =>
  stat(join(run, "config.json")).then(
    () => true,
    () => false,
  );
