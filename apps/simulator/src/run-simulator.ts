import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  createTrajectoryStore,
  measureNormalisation,
  openTrajectoryStore,
  type TrajectoryWriter,
  writeNormalisation,
} from "@eddyflow/datasets";
import { requireSimulation, type Split, systemOf, upgradeRecipe } from "@eddyflow/systems";
import {
  type ConfiguredExperiment,
  configureExperiment,
  experimentNames,
  formatDuration,
  makeFolder,
  type ParsedFlags,
  progressBar,
  say,
  userPath,
} from "command-line";
import type { commandSpec } from "./command-spec.ts";
import { estimateSeconds } from "./estimate-seconds.ts";
import { exportWell } from "./export-well.ts";
import { prepareEnsemble, runEnsemble } from "./run-ensemble.ts";
import { runWorkers } from "./run-workers.ts";
import { type Shard, shardOfProcess } from "./shard-of-process.ts";
import { describe, prepareSimulation, trajectoryKey } from "./simulate.ts";
import type { Task, WorkerData } from "./worker.ts";

const workerUrl = import.meta.url.endsWith(".ts")
  ? new URL("./worker.ts", import.meta.url)
  : new URL("./worker.js", import.meta.url);

type Typed = ParsedFlags<(typeof commandSpec)["flags"]>;

const splits: readonly Split[] = ["train", "validation", "test"];

function parseShard(text: string): Shard {
  const [, part = 0, parts = 0] = (/^(\d+)\/(\d+)$/u.exec(text) ?? []).map(Number);
  if (part >= 1 && part <= parts) return { part, parts, because: null };
  throw new ArgumentError({
    problem: `--shard cannot be "${text}"`,
    expected: "i/n with i from 1 to n, such as 1/4",
    remedy: "give --shard another value",
  });
}

/** The experiment with the flags that change it. */
async function configure(
  positionals: readonly string[],
  overrides: readonly string[],
  flags: Typed["flags"],
): Promise<ConfiguredExperiment> {
  const [experiment, extra] = positionals;
  if (experiment === undefined || extra !== undefined) {
    throw new ArgumentError({
      problem:
        experiment === undefined ? "no experiment is named" : `unexpected argument "${extra}"`,
      expected: `one experiment: ${experimentNames.join(", ")} or the path of a .ts module`,
      remedy: "see --help",
    });
  }
  const { trajectories: count, seed } = flags;
  return configureExperiment(experiment, {
    size: flags.size ?? "full",
    overrides: [
      ...overrides,
      ...(count === undefined ? [] : splits.map((split) => `data.trajectories.${split}=${count}`)),
      ...(seed === undefined ? [] : [`seed=${seed}`]),
    ],
  });
}

/** Makes the stores that the command line asks for, or whatever is missing from them. */
export async function runSimulator(
  { flags, positionals, overrides }: Typed,
  signal: AbortSignal,
): Promise<void> {
  const {
    config,
    own: { systems },
  } = await configure(positionals, overrides, flags);
  const { part, parts, because } =
    flags.shard === undefined ? shardOfProcess(process.env) : parseShard(flags.shard);
  const recipe = requireSimulation(config.data);
  // A recipe that cannot be computed is refused before anything is written.
  const simulate = prepareSimulation(recipe, systems);
  const advice = systemOf(recipe, systems).advice?.(recipe) ?? null;
  if (advice !== null) say(`note: ${advice}`);
  const { ensemble: members, conditions } = flags;
  if (members === undefined && conditions !== undefined) {
    throw new ArgumentError({
      problem: "--conditions says from how many states an ensemble is drawn, and none is asked for",
      expected: "--ensemble M with it",
      remedy: "add --ensemble, or leave --conditions out",
    });
  }
  // An ensemble alone needs no more than the states that it is drawn from.
  const only = flags.split ?? (members === undefined ? undefined : "test");
  const ensemble =
    members === undefined || only === undefined
      ? null
      : prepareEnsemble(config, { split: only, members, conditions: conditions ?? null, systems });

  const out = userPath(flags.out ?? join("data", config.name));
  const shown = (path: string) => {
    const short = relative(userPath("."), path);
    return short === "" || short.startsWith("..") ? path : short;
  };
  const folders = Object.fromEntries(
    splits.map((split) => [split, join(out, `${split}.zarr`)]),
  ) as Record<Split, string>;
  const wanted = only === undefined ? splits : [only];
  await makeFolder(out);
  if (because !== null) say(`part ${part} of ${parts}: ${because}`);
  // All stores are begun, or refused, before the first trajectory is made.
  const storeOf = (split: Split) =>
    createTrajectoryStore(folders[split], describe(config, split, systems), { upgradeRecipe });
  const writers = new Map<Split, TrajectoryWriter>();
  for (const split of wanted) writers.set(split, await storeOf(split));
  const mine: Task[] = wanted
    .flatMap((split) =>
      Array.from({ length: recipe.trajectories[split] }, (_, index) => ({ split, index })),
    )
    .filter((_, position) => position % parts === part - 1);
  const missing = mine.filter(({ split, index }) => !writers.get(split)?.has(index));
  const there = mine.length - missing.length;
  if (there > 0 && missing.length > 0) {
    say(`${there} of ${mine.length} trajectories are there, going on`);
  }

  if (missing.length > 0) {
    const { frames } = recipe;
    const [{ split, index }] = missing as [Task];
    announceTime(
      missing.length,
      estimateSeconds(simulate, trajectoryKey(config.seed, split, index)),
    );
    const whole = (made: number) => `${there + made}/${mine.length} trajectories`;
    const bar = progressBar(`simulating ${config.name}`, mine.length * frames, {
      unit: "frames",
      done: there * frames,
    });
    const workerData: WorkerData = { config, folders };
    const made = await runWorkers(missing, {
      ...{ script: workerUrl, workerData, signal },
      onProgress: ({ finished, work }) =>
        bar.update(Math.floor((there + work) * frames), whole(finished)),
    });
    bar.finish(whole(made));
    if (signal.aborted) {
      say(`stopped, ${whole(made)} are in ${shown(out)}; the same command goes on`);
      return;
    }
  }

  for (const split of wanted) {
    const writer = await storeOf(split);
    const indices = Array.from({ length: recipe.trajectories[split] }, (_, index) => index);
    if (!indices.every(writer.has)) {
      say(`${shown(folders[split])}: other parts are still missing, the last one finishes it`);
      continue;
    }
    await conclude(folders[split], shown(folders[split]));
    if (flags.format === "well" && !signal.aborted) {
      await exportWell(folders[split], out, { signal, shown });
    }
    if (ensemble !== null && !signal.aborted) {
      const dir = join(out, `${split}-ensemble.zarr`);
      await runEnsemble(config, ensemble, {
        store: folders[split],
        dir,
        part,
        parts,
        signal,
        shown,
      });
    }
  }
}

/** Says how long a simulation will take, if it is long enough to want to know. */
function announceTime(trajectories: number, secondsEach: number): void {
  const cores = Math.min(availableParallelism(), trajectories);
  const seconds = Math.ceil(trajectories / cores) * secondsEach;
  if (seconds < 20) return;
  say(
    `${trajectories} trajectories, about ${formatDuration(seconds)} on ${cores} ${cores === 1 ? "core" : "cores"}`,
  );
}

/** Checks a finished store, measures the normalisation of the training split, and says what there is. */
async function conclude(dir: string, shown: string): Promise<void> {
  const store = await openTrajectoryStore(dir);
  const { split, frames, grid, channels, frameInterval } = store.description;
  say(
    `${shown}: ${store.trajectories} trajectories of ${frames} frames, ${grid.shape.join(" × ")}, ${frameInterval} apart`,
  );
  if (split !== "train") return;
  const normalisation = store.normalisation ?? (await measureNormalisation(store));
  if (store.normalisation === null) await writeNormalisation(dir, normalisation);
  for (const [c, channel] of channels.entries()) {
    const [mean, std] = [normalisation.mean[c] ?? 0, normalisation.std[c] ?? 1];
    say(`  ${channel}: mean ${mean.toPrecision(4)}, standard deviation ${std.toPrecision(4)}`);
  }
}
