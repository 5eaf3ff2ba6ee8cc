import { basename, resolve } from "node:path";
import { type ImportOptions, refuse } from "./import-options.ts";
import { type ImportTrajectory, type Split, splits } from "./import-source.ts";

/** The trajectories of each split. */
export type SplitTrajectories = Readonly<Record<Split, readonly ImportTrajectory[]>>;

const usualShares = "80,10,10";

/** Shares of the trajectories in per cent. @throws ArgumentError */
function readShares(text: string): readonly number[] {
  const shares = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const sum = shares.reduce((total, share) => total + share, 0);
  const isUsable = shares.length === 3 && shares.every((share) => share > 0);
  if (isUsable && Math.abs(sum - 100) < 1e-6) return shares;
  throw refuse(
    `--splits ${text} ${isUsable ? `adds up to ${sum}` : "is neither three shares nor a list of each split"}`,
    "three shares that add up to 100, or train=…,validation=…,test=…",
    `such as --splits ${usualShares}`,
  );
}

/**
 * Every so many-th trajectory is for the test or to validate: neighbours may be alike, and every part of a list is met.
 * Each split gets one of three trajectories at least.
 */
function spread<T>(all: readonly T[], shares: readonly number[]): Record<Split, T[]> {
  let [, validation = 1, test = 1] = shares.map((share) =>
    Math.max(1, Math.round((share / 100) * all.length)),
  );
  while (validation + test > all.length - 1) {
    if (test > validation) test--;
    else validation--;
  }
  const parts: Record<Split, T[]> = { train: [], validation: [], test: [] };
  let taken = 0;
  for (const [i, one] of all.entries()) {
    const due = Math.floor(((i + 1) * (validation + test)) / all.length);
    if (due <= taken) {
      parts.train.push(one);
      continue;
    }
    taken = due;
    const isBehind = parts.test.length * validation < (parts.validation.length + 1) * test;
    const wantsTest = isBehind || parts.validation.length === validation;
    parts[wantsTest && parts.test.length < test ? "test" : "validation"].push(one);
  }
  return parts;
}

/** Pieces of trajectories, one after the other in time, where there are too few to hold some of them out. */
function pieces(all: readonly ImportTrajectory[], shares: readonly number[]): SplitTrajectories {
  const parts: Record<Split, ImportTrajectory[]> = { train: [], validation: [], test: [] };
  for (const one of all) {
    const held = shares
      .slice(1)
      .map((share) => Math.max(2, Math.round((share / 100) * one.frames)));
    const lengths = [one.frames - (held[0] as number) - (held[1] as number), ...held];
    if ((lengths[0] as number) < 2) {
      throw refuse(
        `${all.length} ${all.length === 1 ? "trajectory" : "trajectories"}, ${one.where} with ${one.frames} frames, cannot be split`,
        "three trajectories, or six frames in each",
        "give more files",
      );
    }
    let from = 0;
    for (const [i, split] of splits.entries()) {
      const [start, frames] = [from, lengths[i] as number];
      from += frames;
      parts[split].push({
        ...one,
        where: `${one.where}, frames ${start} to ${start + frames - 1}`,
        frames,
        read: (first, count) => one.read(start + first, count),
      });
    }
  }
  return parts;
}

/** The texts behind train=, validation= and test=; null where there are none. @throws ArgumentError where one is missing. */
export function readSplitLists(text: string): Readonly<Record<Split, readonly string[]>> | null {
  const parts = text.split(/(?:^|,)(\w+)=/u);
  if (parts.length < 3) return null;
  const [before, ...rest] = parts;
  const given = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) given.set(rest[i] as string, rest[i + 1] ?? "");
  const again = rest.find((name, i) => i % 2 === 0 && rest.indexOf(name) !== i);
  const other = [...given.keys()].find((name) => !splits.some((split) => split === name));
  const missing = splits.find((split) => (given.get(split) ?? "") === "");
  if (before !== "" || again !== undefined || other !== undefined || missing !== undefined) {
    const problem =
      before !== ""
        ? `mixes shares with lists (${before})`
        : again !== undefined
          ? `has ${again}= twice`
          : other !== undefined
            ? `names the split "${other}"`
            : `says nothing of ${missing}`;
    throw refuse(
      `--splits ${problem}`,
      "train=…,validation=…,test=…",
      "such as --splits train=0-7,validation=8,test=9",
    );
  }
  const listOf = (split: Split) => (given.get(split) ?? "").split(",").map((part) => part.trim());
  return { train: listOf("train"), validation: listOf("validation"), test: listOf("test") };
}

/** The trajectories of a file: of that path, else of that name where only one file has it. */
function ofFile(all: readonly ImportTrajectory[], item: string, from: string) {
  const path = resolve(from, item);
  const exact = all.filter(({ file }) => resolve(file) === path);
  if (exact.length > 0) return exact;
  const found = all.filter(({ file }) => basename(file) === basename(item));
  return new Set(found.map(({ file }) => file)).size > 1 ? [] : found;
}

/** The trajectories of a number, a range of numbers or a file. */
function chosen(
  all: readonly ImportTrajectory[],
  item: string,
  from: string,
): readonly ImportTrajectory[] {
  const range = /^(\d+)(?:-(\d+))?$/u.exec(item);
  const found =
    range === null
      ? ofFile(all, item, from)
      : all.slice(Number(range[1]), Number(range[2] ?? range[1]) + 1);
  const wanted = range === null ? 1 : Number(range[2] ?? range[1]) - Number(range[1]) + 1;
  if (found.length >= wanted && wanted > 0) return found;
  throw refuse(
    `--splits names ${range === null ? `the file "${item}"` : `the trajectories ${item}`}`,
    range === null
      ? [...new Set(all.map(({ file }) => basename(file)))].slice(0, 8).join(", ")
      : `numbers from 0 to ${all.length - 1}`,
    "correct --splits",
  );
}

/**
 * Divides trajectories among the splits: as typed, as the files name them, or four fifths to train on. Where there are fewer
 * than three, each is cut in time.
 *
 * @throws ArgumentError for shares that do not add up, a list that leaves a split empty, or a trajectory in two splits.
 */
export function assignSplits(
  all: readonly ImportTrajectory[],
  { splits: text, from = "" }: Pick<ImportOptions, "splits" | "from">,
): { readonly parts: SplitTrajectories; readonly assumed: string | null } {
  const lists = text === undefined ? null : readSplitLists(text);
  if (lists !== null) {
    const parts = {
      train: lists.train.flatMap((item) => chosen(all, item, from)),
      validation: lists.validation.flatMap((item) => chosen(all, item, from)),
      test: lists.test.flatMap((item) => chosen(all, item, from)),
    };
    const used = splits.flatMap((split) => parts[split]);
    const twice = used.find((one, i) => used.indexOf(one) !== i);
    const left = all.filter((one) => !used.includes(one)).map(({ where }) => where);
    const more = left.length > 4 ? `, and ${left.length - 4} more` : "";
    const unused = `in no split, and left out: ${left.slice(0, 4).join(", ")}${more}`;
    if (twice === undefined) return { parts, assumed: left.length === 0 ? null : unused };
    throw refuse(
      `--splits has ${twice.where} twice`,
      "each trajectory in one split",
      "correct --splits",
    );
  }
  if (text === undefined && all.every(({ split }) => split !== null)) {
    const of = (split: Split) => all.filter((one) => one.split === split);
    const parts = { train: of("train"), validation: of("validation"), test: of("test") };
    const empty = splits.find((split) => parts[split].length === 0);
    if (empty === undefined) return { parts, assumed: null };
    throw refuse(`the files name no ${empty} split`, "all three", "say it by --splits");
  }
  const named = all.find(({ split }) => split !== null);
  if (text === undefined && named !== undefined) {
    const other = all.find(({ split }) => split === null) as ImportTrajectory;
    throw refuse(
      `${basename(named.file)} is called after a split, and ${basename(other.file)} is not`,
      "names of splits for all files or none",
      `say it by --splits, such as --splits ${usualShares}`,
    );
  }
  const shares = readShares(text ?? usualShares);
  const isUsual = text === undefined ? ` (--splits ${usualShares})` : "";
  if (all.length < 3) {
    const assumed = `${all.length === 1 ? "the one trajectory is" : "both trajectories are"} cut in time: the first frames to train on, the next to validate, the last to test${isUsual}`;
    return { parts: pieces(all, shares), assumed };
  }
  const counts = (text ?? usualShares).split(",").join(" : ");
  return {
    parts: spread(all, shares),
    assumed:
      text === undefined ? `the trajectories are split ${counts}, evenly spread${isUsual}` : null,
  };
}
