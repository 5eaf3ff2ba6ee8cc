import { DataError } from "@eddyflow/core";
import type { OpenDataOptions } from "./open-data-options.ts";
import type { DataSource, SourceTrajectory } from "./source.ts";
import { wrongOption } from "./wrong-option.ts";

export type Splits = Readonly<Record<"train" | "validation" | "test", number>>;

/** How many of so many trajectories each split gets: a tenth to test on, a tenth to validate, at least one each. */
function splitCounts(trajectories: number): Splits {
  const tenth = Math.max(1, Math.floor(trajectories / 10));
  const test = Math.min(tenth, trajectories);
  const validation = Math.min(tenth, trajectories - test);
  return { train: trajectories - test - validation, validation, test };
}

/**
 * The numbers of a split's trajectories, in order. All trajectories of all files are divided together, by how far each is
 * from the beginning of its own file: every file gives its first part to the test, the next to the validation split.
 */
function cut(all: readonly SourceTrajectory[], split: keyof Splits): readonly number[] {
  const sizes = new Map<string, number>();
  for (const { path } of all) sizes.set(path, (sizes.get(path) ?? 0) + 1);
  const seen = new Map<string, number>();
  const ranked = all
    .map(({ path }, index) => {
      const before = seen.get(path) ?? 0;
      seen.set(path, before + 1);
      return { index, part: (before + 0.5) / (sizes.get(path) as number) };
    })
    .sort((a, b) => a.part - b.part || a.index - b.index)
    .map(({ index }) => index);
  const { test, validation } = splitCounts(all.length);
  const [from, to] = {
    test: [0, test],
    validation: [test, test + validation],
    train: [test + validation, all.length],
  }[split] as [number, number];
  return ranked.slice(from, to).sort((a, b) => a - b);
}

/**
 * The trajectories that are asked for, and how many each split has where it was cut out of the files.
 *
 * @throws ArgumentError for another split than that of the files, or a trajectory that is not there; DataError where the
 *   split has none.
 */
export function chooseTrajectories(
  { trajectories, split: named, path }: DataSource,
  { split, trajectories: numbers }: OpenDataOptions,
): { readonly chosen: readonly SourceTrajectory[]; readonly splits: Splits | null } {
  if (split !== undefined && named !== null && named !== split) {
    throw wrongOption(`${path} is the ${named} split, not ${split}`, named);
  }
  const isCut = split !== undefined && named === null;
  const own = isCut
    ? cut(trajectories, split).map((index) => trajectories[index] as SourceTrajectory)
    : trajectories;
  if (own.length === 0) {
    const { train, validation, test } = splitCounts(trajectories.length);
    throw new DataError({
      problem: `${path} has ${trajectories.length} trajectories (${train} to train on, ${validation} to validate, ${test} to test), which leaves none for ${split ?? "anything"}`,
      expected: "at least three for three splits",
      remedy: "open it without a split, or use more data",
    });
  }
  const chosen = (numbers ?? own.map((_, index) => index)).map((number) => {
    const found = own[number];
    if (found !== undefined) return found;
    throw wrongOption(`there is no trajectory ${number}`, `0 … ${own.length - 1}`);
  });
  return { chosen, splits: isCut ? splitCounts(trajectories.length) : null };
}
