import { closeSync, openSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkpointsOf, linesOf } from "./read-run.ts";
import { type Started, startProcess } from "./start-process.ts";
import { type Place, runIn, startTraining, type Training, wordsOf } from "./trainings.ts";

/** What an ending is tried on: a training that has not begun, in a place where nothing is yet. */
interface EndingContext {
  readonly place: Place;
  readonly training: Training;
}

/** One way that a training can end, or two trainings meet. */
export interface Ending {
  readonly name: string;
  /** Among those of `--quick`. */
  readonly isQuick?: boolean;
  /**
   * Ends a training. What is wrong, in words; and the runs that must be the uninterrupted one when they have been gone on
   * with to their end.
   */
  act(context: EndingContext): Promise<Outcome>;
}

interface Outcome {
  readonly wrong: readonly string[];
  /** By default the training's own. */
  readonly runs?: readonly string[];
}

const root = join(import.meta.dirname, "../../../..");

/** Waits until a training has logged some steps. */
async function atWork({ place, training }: EndingContext, started: Started): Promise<void> {
  let isOver = false;
  void started.ended.then(() => {
    isOver = true;
  });
  while (!isOver && (await linesOf(runIn(place, training))).length < 3) await sleep(5);
}

/** Whether the training ended with this code, before its last step, at a checkpoint of its last row. */
async function savedWith(
  code: number | null,
  { place, training }: EndingContext,
  started: Started,
  { mayBeDone = false } = {},
): Promise<Outcome> {
  const ended = await started.ended;
  const run = runIn(place, training);
  const [newest, rows] = [(await checkpointsOf(run)).at(-1), (await linesOf(run)).length];
  return {
    wrong: [
      ...(code !== null && ended.code !== code ? [`code ${ended.code}, not ${code}`] : []),
      ...(newest === rows ? [] : [`checkpoint of step ${newest} with ${rows} rows`]),
      ...(rows < training.steps || mayBeDone ? [] : ["it had made all its steps"]),
    ],
  };
}

const bySignal = (signal: NodeJS.Signals, more: readonly string[] = []): Ending => ({
  name: `${signal}${more.length > 0 ? ` with ${more.join(" ")}` : ""}`,
  isQuick: signal === "SIGTERM",
  async act(context) {
    const started = startTraining(context.place, context.training, "--new", { more });
    await atWork(context, started);
    started.child.kill(signal);
    return savedWith(128 + constants.signals[signal], context, started);
  },
});

const closed = (stream: "stdout" | "stderr"): Ending => ({
  name: `nobody reads ${stream}`,
  isQuick: stream === "stdout",
  async act(context) {
    const started = startTraining(context.place, context.training, "--new");
    await atWork(context, started);
    started.child[stream]?.destroy();
    // Standard error is written at the end again: no step is lost where it is missed only then.
    return savedWith(141, context, started, { mayBeDone: stream === "stderr" });
  },
});

const full: Ending = {
  name: "standard output on a full disk",
  async act(context) {
    const stdout = openSync("/dev/full", "w");
    const started = startTraining(context.place, context.training, "--new", { stdout });
    closeSync(stdout);
    return savedWith(2, context, started);
  },
};

const npmKilled: Ending = {
  name: "npm is killed",
  isQuick: true,
  async act(context) {
    const { place, training } = context;
    const words = ["run", "--silent", "trainer", "--", ...wordsOf(place, training, "--new")];
    const started = startProcess("npm", words, { cwd: root });
    await atWork(context, started);
    started.child.kill("SIGKILL");
    // The pipes close when the last process that holds them has ended.
    return savedWith(null, context, started);
  },
};

const outOfTime: Ending = {
  name: "--max-hours is over",
  isQuick: true,
  async act(context) {
    const more = ["--max-hours", "1e-5"];
    return savedWith(0, context, startTraining(context.place, context.training, "--new", { more }));
  },
};

const secondWriter: Ending = {
  name: "a second training of the run",
  isQuick: true,
  async act(context) {
    const { place, training } = context;
    const first = startTraining(place, training, "--new");
    await atWork(context, first);
    first.child.kill("SIGSTOP");
    const second = await startTraining(place, training, "--resume").ended;
    first.child.kill("SIGCONT");
    const { code } = await first.ended;
    return {
      wrong: [
        ...(second.code === 2 ? [] : [`the second ended with ${second.code}`]),
        ...(code === 0 ? [] : [`the first ended with ${code}`]),
      ],
    };
  },
};

const sameName: Ending = {
  name: "four trainings at once of one name",
  async act({ place, training }) {
    const started = [1, 2, 3, 4].map(() => startTraining(place, training, "--new"));
    const codes = (await Promise.all(started.map(({ ended }) => ended))).map(({ code }) => code);
    const sorted = String(codes.toSorted());
    return { wrong: sorted === "0,2,2,2" ? [] : [`they ended with ${codes}`] };
  },
};

const noName: Ending = {
  name: "two trainings at once without a name",
  async act({ place, training }) {
    const begin = () => {
      const words = wordsOf(place, training, "--new");
      const at = words.indexOf("--name");
      const unnamed = [...words.slice(0, at), ...words.slice(at + 2)];
      return startProcess(process.execPath, [join(root, "apps/trainer/src/cli.ts"), ...unnamed]);
    };
    const codes = await Promise.all(
      [begin(), begin()].map(async (each) => (await each.ended).code),
    );
    const runs = await readdir(dirname(runIn(place, training)));
    return {
      wrong: [
        ...(String(codes) === "0,0" ? [] : [`they ended with ${codes}`]),
        ...(runs.length === 2 ? [] : [`they made the runs ${runs}`]),
      ],
      runs,
    };
  },
};

const folderLost = (what: "renamed" | "removed"): Ending => ({
  name: `the folder of the run is ${what}`,
  async act(context) {
    const { place, training } = context;
    const run = runIn(place, training);
    const moved = `${run}-moved`;
    const started = startTraining(place, training, "--new");
    await atWork(context, started);
    await (what === "renamed" ? rename(run, moved) : rm(run, { recursive: true }));
    const { code, said } = await started.ended;
    const [line = ""] = said.trimEnd().split("\n").slice(-1);
    const name = [...said.matchAll(/is saved in (\S+):/gu)].at(-1)?.[1];
    const saved = what === "renamed" ? moved : (name ?? run);
    const checkpoints = await checkpointsOf(saved);
    const rows = await linesOf(saved);
    if (what === "renamed") await rename(moved, run);
    return {
      wrong: [
        ...(code === 2 ? [] : [`it ended with ${code}: ${line}`]),
        ...(checkpoints.length > 0 ? [] : [`no checkpoint was saved: ${line}`]),
      ],
      // The rows before a removal are gone with it.
      runs: what === "renamed" && rows.length > 0 ? [training.name] : [],
    };
  },
});

export const endings: readonly Ending[] = [
  ...(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGXCPU"] as const).map((signal) =>
    bySignal(signal),
  ),
  bySignal("SIGALRM", ["--end-signal", "ALRM"]),
  closed("stdout"),
  closed("stderr"),
  full,
  npmKilled,
  outOfTime,
  secondWriter,
  sameName,
  noName,
  folderLost("renamed"),
  folderLost("removed"),
];
