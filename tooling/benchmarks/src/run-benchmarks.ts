import type { Presence } from "./engines.ts";
import type { Machine } from "./machine.ts";
import { makeFrames } from "./make-frames.ts";
import type { Group, Plan } from "./plan.ts";
import { makeReport, type Report } from "./report.ts";
import { type GroupResult, runGroup } from "./run-group.ts";

export interface RunBenchmarksOptions {
  /** For the files that engines exchange, and the data that they read. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly machine: Machine;
  readonly onProgress: (share: number, note: string) => void;
}

/** Seconds that an engine takes until it is ready, about; a compiled network is compiled in it. */
const startingSeconds = (engine: string) => (engine === "torch-compiled" ? 60 : 4);

/** Times the groups of a plan one after the other on the engines that are there. */
export async function runBenchmarks(
  { groups, pace, quick }: Plan,
  presences: readonly Presence[],
  { folder, signal, machine, onProgress }: RunBenchmarksOptions,
): Promise<Report> {
  const begun = performance.now();
  const commandsOf = ({ engines }: Group) =>
    presences.flatMap((presence) =>
      "command" in presence && engines.includes(presence.name) ? [presence.command] : [],
    );
  const expected = groups.map((group) =>
    commandsOf(group).reduce(
      (sum, { name }) =>
        sum + startingSeconds(name) + pace.rounds * group.cases.length * 1.5 * pace.turnSeconds,
      0,
    ),
  );
  const total = expected.reduce((sum, seconds) => sum + seconds, 0);
  if (groups.some(({ cases }) => cases.some(({ work }) => "folder" in work))) {
    await makeFrames(folder);
  }
  const results: GroupResult[] = [];
  let done = 0;
  for (const [i, group] of groups.entries()) {
    const own = expected[i] as number;
    results.push(
      await runGroup(group, commandsOf(group), {
        pace,
        folder,
        signal,
        onProgress: (share, note) =>
          onProgress((done + share * own) / total, `${group.name}, ${note}`),
      }),
    );
    done += own;
  }
  return makeReport({
    quick,
    seconds: (performance.now() - begun) / 1000,
    date: new Date().toISOString().slice(0, 10),
    machine,
    groups,
    results,
    presences,
  });
}
