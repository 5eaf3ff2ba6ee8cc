import { basename, dirname, join } from "node:path";
import { DataError } from "@eddyflow/core";
import type { FoundArray } from "../find-arrays.ts";
import type { NumberArray } from "../number-array.ts";
import { isNotNumbers } from "../source.ts";
import { refuse } from "./import-options.ts";

/** An array that is imported. */
export interface ChosenArray {
  readonly file: string;
  readonly name: string;
  /** Arrays of one group are the channels of the same trajectories. */
  readonly group: string;
  /** The channel that the name of the file tells; null where it tells none. */
  readonly channel: string | null;
  readonly array: NumberArray;
}

const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/^\//u, "")
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/gu, "\\$&"))
      .join("([^/]+)")}$`,
    "u",
  );

const usable = ({ array, problem }: FoundArray): NumberArray => {
  if (array !== null) return array;
  throw (
    problem ?? new DataError({ problem: "no array", expected: "one", remedy: "check the file" })
  );
};

/** How a person names an array. */
export const arrayName = (file: string, name: string): string =>
  name === "" ? basename(file) : `${basename(file)}: ${name}`;

function byNames(file: string, found: readonly FoundArray[], names: readonly string[]) {
  return names.flatMap((text): ChosenArray[] => {
    const wanted = pattern(text);
    const chosen = found.flatMap((one): ChosenArray[] => {
      const match = wanted.exec(one.name);
      if (match === null) return [];
      const group = match.slice(1).join("/");
      return [{ file, name: one.name, group, channel: null, array: usable(one) }];
    });
    if (chosen.length > 0) return chosen;
    const there = found.map(({ name }) => name).filter((name) => name !== "");
    throw refuse(
      `${basename(file)} has no dataset "${text}"`,
      there.length === 0 ? "none: it is one array without a name" : there.slice(0, 12).join(", "),
      there.length === 0 ? "leave --dataset out" : "correct --dataset",
    );
  });
}

/** What belongs together without being named: the largest array, and those of its shape with or without its last axis. */
function bySize(file: string, found: readonly FoundArray[]): readonly ChosenArray[] {
  const damaged = found.find(({ problem }) => problem !== null && !isNotNumbers(problem))?.problem;
  if (damaged) {
    // It may be one of the fields, and nobody would miss it.
    const { problem, expected, remedy } = damaged;
    const advice = `${remedy}, or name the arrays that are wanted by --dataset`;
    throw new DataError({ problem, expected, remedy: found.length > 1 ? advice : remedy });
  }
  const fields = found.flatMap(({ name, array }) =>
    array !== null && array.shape.length >= 2 ? [{ name, array }] : [],
  );
  const sizeOf = ({ shape }: NumberArray) => shape.reduce((size, n) => size * n, 1);
  const [largest] = fields.toSorted((a, b) => sizeOf(b.array) - sizeOf(a.array));
  if (largest === undefined) {
    const broken = found.find(({ problem }) => problem !== null);
    if (broken?.problem) throw broken.problem;
    throw refuse(
      `${file} holds no array of at least two axes`,
      "arrays over time and space",
      "check the file",
    );
  }
  const whole = String(largest.array.shape);
  const plain = String(largest.array.shape.slice(0, -1));
  const scalar = fields.some(({ array }) => String(array.shape) === plain);
  return fields
    .filter(
      ({ array: { shape } }) => String(shape) === whole || (scalar && String(shape) === plain),
    )
    .map(({ name, array }) => ({ file, name, group: "", channel: null, array }));
}

const wordsIn = (path: string): readonly string[] =>
  basename(path)
    .replace(/\.[^.]+$/u, "")
    .split(/[^a-zA-Z0-9]+/u);

/**
 * Makes one group of the channels of the same trajectories: those of one file, or of files of one channel each, whose names
 * are the same but for the word that is the channel.
 */
function inGroups(
  chosen: readonly ChosenArray[],
  channels: readonly string[] | null,
): readonly ChosenArray[] {
  const files = new Set(chosen.map(({ file }) => file)).size;
  const told = chosen.map(({ file }) =>
    (channels ?? []).filter((name) => wordsIn(file).includes(name)),
  );
  const isTold =
    files > 1 && (channels?.length ?? 0) > 1 && told.every(({ length }) => length === 1);
  return chosen.map((one, i) => {
    const channel = isTold ? (told[i]?.[0] ?? null) : null;
    const rest = wordsIn(one.file).filter((word) => word !== channel);
    const place = channel === null ? one.file : join(dirname(one.file), rest.join("_"));
    return { ...one, channel, group: join(place, one.group) };
  });
}

/**
 * The arrays that are imported, of all that are in the files: those of the names, else those that belong together.
 *
 * @throws ArgumentError for a name that no array has, with those there are; DataError for one that cannot be used.
 */
export function selectArrays(
  files: readonly { readonly file: string; readonly found: readonly FoundArray[] }[],
  datasets: readonly string[] | null,
  channels: readonly string[] | null,
): readonly ChosenArray[] {
  const chosen = files.flatMap(({ file, found }) => {
    // A file of one array has no names to choose by.
    const only = found.length === 1 && found[0]?.name === "";
    const named = (name: string) =>
      found.find((one) => one.name === name || one.name.split("/").at(-1) === name)?.name;
    const asked = datasets ?? channels?.map(named) ?? null;
    const names = asked?.every((name) => name !== undefined) ? (asked as readonly string[]) : null;
    return names !== null && !(only && datasets === null)
      ? byNames(file, found, names)
      : bySize(file, found);
  });
  return inGroups(chosen, channels);
}
