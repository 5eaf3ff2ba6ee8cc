import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineCommand, type EngineProcess, startEngine } from "./engine-process.ts";
import type { Pace } from "./plan.ts";
import type { MemoryAnswer, PreparedAnswer, TimeAnswer } from "./protocol.ts";

/** What a case took on an engine. */
export interface Timing {
  readonly group: string;
  readonly name: string;
  readonly engine: string;
  /** Of each counted run, in the order they were made. */
  readonly milliseconds: readonly number[];
  /** The first run of all, with whatever is compiled or allocated in it. */
  readonly firstMilliseconds: number;
  /** max |own − ours| / max |ours| of the outputs before the timing; null where nothing was compared. */
  readonly difference: number | null;
  readonly figures: Readonly<Record<string, number>>;
}

/** What a process of a group was. */
export interface EngineRun {
  readonly group: string;
  readonly engine: string;
  readonly about: string;
  readonly startSeconds: number;
  readonly peakBytes: number;
}

export interface Failed {
  readonly group: string;
  readonly engine: string;
  readonly reason: string;
}

export interface GroupResult {
  readonly timings: readonly Timing[];
  readonly runs: readonly EngineRun[];
  readonly failed: readonly Failed[];
}

/** Runs that one engine may make in a turn. */
const mostRuns = 50;
const runsOf = (milliseconds: number, { turnSeconds }: Pace): number =>
  Math.max(1, Math.min(mostRuns, Math.round((1000 * turnSeconds) / milliseconds)));

/** Between two turns, in which threads that wait actively go to sleep. */
const pauseMilliseconds = 200;
/** Largest difference of outputs in float32 and in bfloat16. */
const toleranceOf = (engine: string) => (/autocast|mixed/u.test(engine) ? 0.05 : 1e-4);

/** Cases that are timed in turns by the same processes. */
export interface TimedGroup {
  readonly name: string;
  readonly cases: readonly {
    readonly name: string;
    /** Plain JSON that the engines understand. */
    readonly work: unknown;
    /** Runs in a turn, where they are not left to the pace. */
    readonly runs?: number;
    /** Largest difference of outputs; that of the engine's precision if not given. */
    readonly tolerance?: number;
  }[];
}

export interface RunGroupOptions {
  readonly pace: Pace;
  /** For the files that engines exchange. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called after each part, with the share of the group that is done. */
  readonly onProgress: (share: number, note: string) => void;
}

interface Contender {
  readonly engine: EngineProcess;
  readonly cases: {
    readonly name: string;
    readonly index: number;
    readonly difference: number | null;
    readonly firstMilliseconds: number;
    readonly fixedRuns: number | undefined;
    runs: number;
    readonly milliseconds: number[];
    figures: Readonly<Record<string, number>>;
  }[];
}

/**
 * Times the cases of a group on all engines in turns, so that a change of the machine's speed meets all of
 * them. An engine that cannot do a case, or whose output is not that of the first, is left out with a reason.
 * The first run of a turn, whose caches hold another engine's data, does not count where there are more.
 */
export async function runGroup(
  group: TimedGroup,
  commands: readonly EngineCommand[],
  { pace, folder, signal, onProgress }: RunGroupOptions,
): Promise<GroupResult> {
  const failed: Failed[] = [];
  const contenders: Contender[] = [];
  const started: EngineProcess[] = [];
  const fails = (engine: string, error: unknown) => {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    failed.push({ group: group.name, engine, reason });
  };
  const parts = commands.length * (1 + pace.rounds);
  let part = 0;
  const partDone = (note: string) => onProgress(++part / parts, note);

  try {
    for (const command of commands) {
      try {
        const engine = await startEngine(command, signal);
        started.push(engine);
        contenders.push({ engine, cases: await warmUp(group, engine, { pace, folder }) });
      } catch (error) {
        fails(command.name, error);
      }
      partDone(`${command.name} is ready`);
    }
    for (let round = 0; round < pace.rounds; round++) {
      for (const { engine, cases } of [...contenders]) {
        await sleep(pauseMilliseconds, undefined, { signal });
        try {
          for (const timed of cases) {
            const repeats = timed.runs === 1 ? 1 : timed.runs + 1;
            const answer = await engine.ask<TimeAnswer>({
              request: "time",
              index: timed.index,
              repeats,
            });
            timed.milliseconds.push(...answer.milliseconds.slice(repeats - timed.runs));
            timed.runs = timed.fixedRuns ?? runsOf(Math.min(...timed.milliseconds), pace);
            timed.figures = answer.figures ?? {};
          }
        } catch (error) {
          fails(engine.name, error);
          contenders.splice(
            contenders.findIndex((contender) => contender.engine === engine),
            1,
          );
        }
        partDone(engine.name);
      }
    }
    const runs: EngineRun[] = [];
    for (const { engine } of contenders) {
      const { peakBytes } = await engine.ask<MemoryAnswer>({ request: "memory" });
      const { name, about, startSeconds } = engine;
      runs.push({ group: group.name, engine: name, about, startSeconds, peakBytes });
    }
    const timings = contenders.flatMap(({ engine, cases }) =>
      cases.map(({ name, difference, firstMilliseconds, milliseconds, figures }) => ({
        group: group.name,
        name,
        engine: engine.name,
        milliseconds,
        firstMilliseconds,
        difference,
        figures,
      })),
    );
    return { timings, runs, failed };
  } finally {
    await Promise.all(started.map((engine) => engine.end()));
  }
}

/** Prepares all cases of a group and chooses how often each runs in a turn. */
async function warmUp(
  group: TimedGroup,
  engine: EngineProcess,
  { pace, folder }: Pick<RunGroupOptions, "pace" | "folder">,
): Promise<Contender["cases"]> {
  const cases: Contender["cases"] = [];
  for (const [index, { name, work, runs, tolerance }] of group.cases.entries()) {
    const file = join(folder, `${name.replaceAll("/", "-")}.safetensors`);
    const { difference } = await engine.ask<PreparedAnswer>({ request: "prepare", work, file });
    if (difference !== null && !(difference <= (tolerance ?? toleranceOf(engine.name)))) {
      throw new Error(
        `${name}: its output differs by ${difference.toExponential(1)} from ours: not the same work`,
      );
    }
    const run = async (repeats: number) =>
      (await engine.ask<TimeAnswer>({ request: "time", index, repeats })).milliseconds;
    const [first = 0] = await run(1);
    const each = Math.min(...(await run(first > 2000 ? 1 : 2)));
    cases.push({
      name,
      index,
      difference,
      firstMilliseconds: first,
      fixedRuns: runs,
      runs: runs ?? runsOf(each, pace),
      milliseconds: [],
      figures: {},
    });
  }
  return cases;
}
