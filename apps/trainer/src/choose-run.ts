import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { listRuns } from "@eddyflow/checkpointing/node";
import { ArgumentError } from "@eddyflow/core";
import { didYouMean } from "command-line";
import type { Request } from "./request.ts";

/** A run by its name: one that exists and is to go on, or a new one. */
export interface ChosenRun {
  readonly name: string;
  readonly path: string;
  readonly exists: boolean;
}

export interface ChooseRunOptions {
  readonly experiment: string;
  readonly method: string;
  /** Names a new run that was given no name. */
  readonly now: Date;
}

/**
 * Decides by `--new`, `--resume` and `--name` which run below the folder of all runs is meant. A name that no run has
 * means a new one.
 *
 * @throws ArgumentError where runs exist and nothing says which one or that a new one is meant, where a new run's name is
 *   taken and where there is nothing to resume.
 */
export async function chooseRun(
  root: string,
  { mode, name }: Pick<Request, "mode" | "name">,
  { experiment, method, now }: ChooseRunOptions,
): Promise<ChosenRun> {
  const folder = join(root, experiment, method);
  const names = (await listRuns(root, { experiment, method })).map((path) => basename(path));
  const newest = names.at(-1);
  if (mode === "resume") {
    const wanted = name ?? newest;
    if (wanted !== undefined && names.includes(wanted)) {
      return { name: wanted, path: join(folder, wanted), exists: true };
    }
    throw new ArgumentError({
      problem: wanted === undefined ? `no run in ${folder}` : `no run "${wanted}" in ${folder}`,
      expected: newest === undefined ? "a run to resume" : names.join(", "),
      remedy:
        wanted === undefined || newest === undefined
          ? "leave --resume out"
          : didYouMean(wanted, names),
    });
  }
  if (mode === null && name === null && newest !== undefined) {
    throw new ArgumentError({
      problem: `${names.length === 1 ? "a run exists" : `${names.length} runs exist`} in ${folder}`,
      expected: `--new for another one beside it, or --resume to go on with ${newest}`,
      remedy: "add --new or --resume",
    });
  }
  const fresh = name ?? timeName(now);
  if (names.includes(fresh)) {
    throw new ArgumentError({
      problem: `the run "${fresh}" exists in ${folder}`,
      expected: "a name that is not taken",
      remedy: `give another --name, or --resume --name ${fresh}`,
    });
  }
  return { name: fresh, path: join(folder, fresh), exists: false };
}

/** 2026-11-23_17-54-10-3f9a1c2e: local time, and digits that runs begun in the same second do not share. */
function timeName(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(two).join("-");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join("-");
  return `${date}_${time}-${randomUUID().slice(0, 8)}`;
}
