import type { NumberArray } from "../number-array.ts";
import { unusable } from "../source.ts";
import { type AxisRole, axisRoles, isSpace, refuse } from "./import-options.ts";

/** Names that people give to axes. */
const words: Readonly<Record<AxisRole, RegExp>> = {
  trajectory:
    /^(?:traj(?:ector(?:y|ies))?|samples?|sims?|simulations?|runs?|batch|members?|ensemble|realizations?|cases?)$/iu,
  time: /^(?:t|times?|frames?|time_?steps?)$/iu,
  z: /^(?:z|lev|level|height|depth|altitude)$/iu,
  y: /^(?:y|lat|latitude)$/iu,
  x: /^(?:x|lon|longitude)$/iu,
  channel: /^(?:channels?|fields?|variables?|components?|features?)$/iu,
};

const ending = /[-_ ]?(?:coord(?:inate)?s?|cent(?:er|re)s?|values?)$/iu;

/** What a name of an axis, or of an array of coordinates, stands for; null where nobody can tell. */
export function roleOf(name: string): AxisRole | null {
  const plain = (name.split("/").at(-1) ?? "").replace(ending, "");
  return axisRoles.find((role) => words[role].test(plain)) ?? null;
}

/** The axes of an array, and what was taken to be so. */
export interface NamedAxes {
  readonly roles: readonly AxisRole[];
  readonly assumed: string | null;
}

/** Lengths that say which axis is which: those of coordinates, and the number of channels. */
export type KnownLengths = Readonly<Partial<Record<AxisRole, number>>>;

const example: Readonly<Record<number, string>> = {
  2: "time,x",
  3: "time,y,x",
  4: "trajectory,time,y,x",
  5: "trajectory,time,y,x,channel",
  6: "trajectory,time,z,y,x,channel",
};

/** The one axis of each known length, where no other axis and no other role has that length. */
function byLength(shape: readonly number[], known: KnownLengths): readonly (AxisRole | null)[] {
  const entries = Object.entries(known) as [AxisRole, number][];
  return shape.map((length) => {
    const roles = entries.filter(([, own]) => own === length);
    const isAlone = shape.filter((other) => other === length).length === 1;
    return isAlone && roles.length === 1 ? ((roles[0] as [AxisRole, number])[0] ?? null) : null;
  });
}

function fitTyped(where: string, shape: readonly number[], typed: readonly AxisRole[]): NamedAxes {
  if (typed.length === shape.length) return { roles: typed, assumed: null };
  throw refuse(
    `${where} has ${shape.length} axes, [${shape.join(", ")}], and --axes names ${typed.length}: ${typed.join(",")}`,
    `a name for each of the ${shape.length}`,
    `such as --axes ${example[shape.length] ?? "trajectory,time,y,x,channel"}`,
  );
}

/**
 * What each axis of an array is: as typed, as the file names them, or where their lengths leave no doubt.
 *
 * @param typed - what --axes says; null without it.
 * @throws ArgumentError where it cannot be known, with the flag that says it.
 */
export function nameAxes(
  where: string,
  { shape, axes }: NumberArray,
  typed: readonly AxisRole[] | null,
  known: KnownLengths,
): NamedAxes {
  if (shape.includes(0)) {
    throw unusable(
      `${where} is empty, of the shape [${shape.join(", ")}]`,
      "values along each axis",
    );
  }
  if (typed !== null) return fitTyped(where, shape, typed);
  const named = axes.map((name) => (name === null ? null : roleOf(name)));
  const roles = [...(named.every((role) => role === null) ? byLength(shape, known) : named)];
  const open = roles.flatMap((role, axis) => (role === null ? [axis] : []));
  const isLeft = (role: AxisRole) => !roles.includes(role);
  let assumed: string | null = null;
  if (
    open.length === 1 &&
    !isLeft("time") &&
    roles.some((role) => role !== null && isSpace(role))
  ) {
    // What is neither time nor space: runs stand first, components last.
    const axis = open[0] as number;
    const role = axis === 0 ? "trajectory" : axis === shape.length - 1 ? "channel" : null;
    if (role !== null && isLeft(role)) {
      roles[axis] = role;
      assumed = `axis ${axis} of ${where}, of ${shape[axis]}, is the ${role}`;
    }
  }
  const isWhole = roles.every((role) => role !== null) && new Set(roles).size === roles.length;
  if (isWhole && !isLeft("time") && roles.some((role) => role !== null && isSpace(role))) {
    return { roles: roles as readonly AxisRole[], assumed };
  }
  throw refuse(
    `nothing says what the ${shape.length} axes of ${where} are, [${shape.join(", ")}]`,
    "--axes",
    `say it, such as --axes ${example[shape.length] ?? "trajectory,time,y,x,channel"}`,
  );
}
