import { basename } from "node:path";
import type { FoundArray } from "../find-arrays.ts";
import { unusable } from "../source.ts";
import {
  arrayTrajectories,
  type KeptTrajectory,
  lengthOf,
  type PlacedArray,
  spaceOf,
} from "./array-trajectories.ts";
import { type Coordinates, coordinatesOf, extentOf, stepNames, stepOf } from "./coordinates-of.ts";
import { type AxisRole, isSpace, refuse } from "./import-options.ts";
import type { ImportSource, ImportTrajectory } from "./import-source.ts";
import { type KnownLengths, nameAxes } from "./name-axes.ts";
import { arrayName, type ChosenArray } from "./select-arrays.ts";

/** What is typed of arrays. */
export interface ArrayOptions {
  readonly axes: readonly AxisRole[] | null;
  readonly channels: readonly string[] | null;
  /** What need not be found out, because it is typed. */
  readonly isTyped: { readonly dt: boolean; readonly extent: boolean };
  readonly kept: KeptTrajectory;
}

const numberedNames = (base: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${base}${i}`);

/** The names of channels that an array gives its own. */
function ownNames({ name, channel, array }: ChosenArray, roles: readonly AxisRole[]) {
  const axis = roles.indexOf("channel");
  const plain = name.split("/").at(-1) ?? "";
  if (axis === -1) return [channel ?? (plain === "" ? "u" : plain)];
  return numberedNames(plain === "" ? "c" : `${plain}_`, array.shape[axis] as number);
}

function placeArrays(
  group: readonly ChosenArray[],
  { axes, channels }: Pick<ArrayOptions, "axes" | "channels">,
  known: KnownLengths,
) {
  const assumed: string[] = [];
  // Arrays of one channel each may stand beside those of several; alone, another axis may be meant.
  const isMixed = group.some(({ array }) => array.shape.length === axes?.length);
  const typedFor = ({ array }: ChosenArray) => {
    const plain = axes?.filter((role) => role !== "channel") ?? null;
    return isMixed && array.shape.length === plain?.length ? plain : axes;
  };
  const named = group.map((one) => {
    const where = arrayName(one.file, one.name);
    const result = nameAxes(where, one.array, typedFor(one), known);
    if (result.assumed !== null) assumed.push(result.assumed);
    return { ...one, roles: result.roles, names: ownNames(one, result.roles) };
  });
  // Channels of files come in the order in which they are typed.
  const order = (one: (typeof named)[number]) =>
    channels?.indexOf(one.channel ?? one.names[0] ?? "") ?? -1;
  const sorted = named.toSorted((a, b) => order(a) - order(b));
  let count = 0;
  const placed = sorted.map(({ names, ...one }): PlacedArray => {
    const firstChannel = count;
    count += names.length;
    return { ...one, firstChannel, channels: names.length };
  });
  const own = sorted.flatMap(({ names }) => names);
  if (channels !== null && channels.length !== own.length) {
    throw refuse(
      `--channels names ${channels.length}, and ${placed.map(({ file, name }) => arrayName(file, name)).join(", ")} ${placed.length === 1 ? "has" : "have"} ${own.length}`,
      `${own.length} ${own.length === 1 ? "name" : "names"}`,
      "correct --channels",
    );
  }
  return { placed, names: channels ?? own, assumed, isNamed: channels !== null };
}

/** Refuses arrays that are not the channels of the same trajectories. */
function checkSameShape(placed: readonly PlacedArray[]): void {
  const [first] = placed as readonly PlacedArray[] as readonly [PlacedArray];
  const describe = (one: PlacedArray) =>
    one.roles
      .filter((role) => role !== "channel")
      .toSorted()
      .map((role) => `${role} ${lengthOf(one, role)}`)
      .join(", ");
  const other = placed.find((one) => describe(one) !== describe(first));
  if (other === undefined) return;
  throw unusable(
    `${arrayName(other.file, other.name)} has ${describe(other)}`,
    `${describe(first)}, as ${arrayName(first.file, first.name)} has`,
  );
}

/** Numbers that stay the same along a trajectory. */
function parametersIn({ numbers, lists }: Coordinates, trajectories: number) {
  const single = Object.entries(numbers).filter(([name]) => !stepNames.includes(name));
  const each = Object.entries(lists).filter(([, values]) => values.length === trajectories);
  return (index: number): Record<string, number> =>
    Object.fromEntries([
      ...single,
      ...each.map(([name, values]) => [name, values[index] as number] as const),
    ]);
}

/**
 * What a group of arrays holds, which are the channels of the same trajectories, one file or several.
 *
 * @throws ArgumentError where it cannot be known what the axes are; DataError for arrays that do not fit together.
 */
export async function arraySource(
  group: readonly ChosenArray[],
  found: readonly FoundArray[],
  options: ArrayOptions,
): Promise<ImportSource> {
  const [one] = group as readonly [ChosenArray];
  const where = basename(one.file);
  const coordinates = await coordinatesOf(found);
  const lengths: Partial<Record<AxisRole, number>> = {};
  for (const role of ["time", "z", "y", "x"] as const) {
    const length = coordinates.along[role]?.length;
    if (length !== undefined) lengths[role] = length;
  }
  if (group.length === 1 && options.channels !== null && options.channels.length > 1) {
    lengths.channel = options.channels.length;
  }
  const { placed, names, assumed, isNamed } = placeArrays(group, options, lengths);
  checkSameShape(placed);
  const [first] = placed as readonly PlacedArray[] as readonly [PlacedArray];
  const axes = spaceOf(first.roles);
  const shape = axes.map((axis) => lengthOf(first, axis));
  const frames = lengthOf(first, "time");
  const count = lengthOf(first, "trajectory");
  const parameters = parametersIn(coordinates, count);
  const trajectories: readonly ImportTrajectory[] = arrayTrajectories(
    ...([placed, axes, parameters, options.kept] as const),
  );
  const units = await Promise.all(
    placed.map(async ({ array, channels }) => {
      const [unit] = (await array.attribute("units")) ?? [];
      return Array.from({ length: channels }, () => (unit === undefined ? null : String(unit)));
    }),
  );
  const shown = new Set(placed.map(({ name, file }) => `${file}/${name}`));
  const small = found.filter(({ name, file }) => !shown.has(`${file}/${name}`));
  return {
    where,
    found: [
      ...placed.map(
        ({ file, name, array, roles }) =>
          `${arrayName(file, name)}: ${array.type} [${array.shape.join(", ")}], ${roles.join(", ")}`,
      ),
      ...small.map(({ name, file, array, problem }) =>
        array === null
          ? `${arrayName(file, name)}: left out, ${problem?.problem}`
          : `${arrayName(file, name)}: ${array.type} [${array.shape.join(", ")}]${array.shape.length > 1 ? ", left out" : ""}`,
      ),
    ],
    assumed: [
      ...assumed,
      ...(isNamed || names.every((name) => found.some((other) => other.name.endsWith(name)))
        ? []
        : [`the channels are called ${names.join(", ")} (--channels)`]),
    ],
    trajectories,
    channels: names,
    units: units.flat(),
    axes: axes.filter(isSpace),
    shape,
    extent: options.isTyped.extent ? null : extentOf(coordinates, axes, shape, where),
    boundary: null,
    dt: options.isTyped.dt ? null : stepOf(coordinates, frames, where),
    vectors: null,
    tensors: [],
    undirected: [],
    notes: { axes: [...first.roles] },
  };
}
