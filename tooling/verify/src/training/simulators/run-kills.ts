import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { keyFor, uniform } from "@eddyflow/random";
import { mustEnd } from "../must-end.ts";
import type { Started } from "../start-process.ts";
import { momentOf, untilMoment } from "../until-moment.ts";
import { type Left, type Phase, phaseOf, phases } from "./phase.ts";
import {
  filesOf,
  readWholeStore,
  splits,
  type WholeStore,
  wrongInFinished,
  wrongInStore,
} from "./read-stores.ts";
import { startSimulator } from "./start-simulator.ts";

interface RunKillsOptions {
  readonly kills: number;
  readonly seed: number;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (killed: number) => void;
}

/** What came of the kills. */
export interface KillsReport {
  readonly seed: number;
  /** Kills that met a living simulator, by what it did. */
  readonly killed: Readonly<Record<Phase, number>>;
  /** Of these, kills of one of two simulators at work on the same stores. */
  readonly besideAnother: number;
  /** Runs that ended before their kill. */
  readonly tooLate: number;
  /** Times that all three stores were finished. */
  readonly finished: number;
  /** Everything that was not as it should be. */
  readonly wrong: readonly string[];
}

/** Each so many runs are two simulators at once. */
const pairEvery = 5;

async function leftIn(out: string, whole: readonly WholeStore[]): Promise<readonly Left[]> {
  return Promise.all(
    splits.map(async (split, i) => {
      const dir = join(out, `${split}.zarr`);
      const files = await filesOf(dir);
      const root = files.includes("zarr.json")
        ? await readFile(join(dir, "zarr.json"), "utf8")
        : "";
      return {
        files,
        whole: files.filter((file) => /^trajectories\/\d+\/zarr\.json$/u.test(file)).length,
        wanted: whole[i]?.trajectories.size ?? 0,
        isNormalised: root.includes('"normalisation"'),
      };
    }),
  );
}

/**
 * Kills simulators until `kills` were met at work, and looks at the stores after each as a reader would. The
 * same stores are gone on with until a simulator ends by itself; then they are held against those of an
 * uninterrupted run, and new ones are begun; the last are not killed any more. Half of the moments are spread evenly over the time of a
 * whole run, half over its changes of files, which are short and the early ones preferred.
 *
 * @throws the signal's reason where it is aborted, and an Error where the uninterrupted run fails.
 */
export async function runKills({
  kills,
  seed,
  folder,
  signal,
  onProgress,
}: RunKillsOptions): Promise<KillsReport> {
  const started = new Set<Started>();
  const start = (out: string, shard: string | null = null) => {
    const simulator = startSimulator(out, shard);
    started.add(simulator);
    void simulator.ended.then(() => started.delete(simulator));
    return simulator;
  };
  try {
    onProgress(0);
    const begun = performance.now();
    await mustEnd("an uninterrupted simulator", start(join(folder, "whole")));
    const wholeMilliseconds = performance.now() - begun;
    const storesIn = (out: string) => splits.map((split) => join(out, `${split}.zarr`));
    const whole = await Promise.all(storesIn(join(folder, "whole")).map(readWholeStore));
    const changes = whole.reduce((sum, { files }) => sum + 2 * files.length, 0);
    const moments = { byTime: 0.5, milliseconds: wholeMilliseconds, changes };

    const killed = Object.fromEntries(phases.map((phase) => [phase, 0])) as Record<Phase, number>;
    const wrong: string[] = [];
    let [besideAnother, tooLate, finished, met, attempt, stores] = [0, 0, 0, 0, 0, 0];
    const judge = async (
      out: string,
      look: (dir: string, store: WholeStore) => Promise<readonly string[]>,
    ) => {
      for (const [i, dir] of storesIn(out).entries()) {
        for (const line of await look(dir, whole[i] as WholeStore)) {
          wrong.push(`after ${met} kills: ${line}`);
        }
      }
    };
    let isUnfinished = false;
    while (met < kills || isUnfinished) {
      signal.throwIfAborted();
      const out = join(folder, `stores-${stores}`);
      const isPair = attempt % pairEvery === pairEvery - 1;
      const at = momentOf(moments, keyFor(seed, "kill", 0), attempt);
      const [which = 0] = uniform(keyFor(seed, "which", attempt++), 1);
      const before = await leftIn(out, whole);
      const simulators = isPair ? [start(out, "1/2"), start(out, "2/2")] : [start(out)];
      const victim = simulators[isPair && which < 0.5 ? 1 : 0] as Started;
      const isToEnd = met === kills;
      if (!isToEnd) await untilMoment(at, out, victim);
      const hasSpoken = victim.hasSpoken();
      if (!isToEnd && victim.kill()) {
        await victim.ended;
        met++;
        isUnfinished = true;
        if (isPair) besideAnother++;
        killed[phaseOf(before, await leftIn(out, whole), hasSpoken)]++;
        onProgress(met);
      } else if (!isToEnd) tooLate++;
      const ends = await Promise.all(simulators.map(({ ended }) => ended));
      await judge(out, wrongInStore);
      for (const { code, said } of ends) {
        if (code !== null && code !== 0) wrong.push(`a simulator ended with ${code}: ${said}`);
      }
      const after = await leftIn(out, whole);
      const isDone = after.every((left) => left.whole === left.wanted) && after[0]?.isNormalised;
      if (isDone && ends.every(({ code }) => code === 0)) {
        await judge(out, wrongInFinished);
        await rm(out, { recursive: true });
        finished++;
        stores++;
        isUnfinished = false;
      } else if (isToEnd) {
        wrong.push(`${out} is not finished by a simulator that was not killed`);
        break;
      }
    }
    return { seed, killed, besideAnother, tooLate, finished, wrong };
  } finally {
    for (const simulator of started) simulator.kill();
  }
}
