import { ArgumentError, type Boundary } from "@eddyflow/core";

/** What an import is told; what the files say themselves may be left out. Lists are as they are typed, "vx,vy,p". */
export interface ImportOptions {
  /** Files, folders of Zarr, or data of any format that `openData` reads. */
  readonly files: readonly string[];
  /** Arrays in the files, each with * for any name in its place; all that belong together unless given. */
  readonly datasets?: readonly string[];
  /** What each axis is, such as "trajectory,time,y,x,channel". */
  readonly axes?: string;
  readonly channels?: string;
  /** Groups of channels that are vectors: "vx,vy", or "a:x,b:y" where the names do not tell the directions. */
  readonly vectors?: readonly string[];
  /** Lengths of the box along the axes of space, in their order: "1,2". */
  readonly extent?: string;
  /** What is at their ends: "periodic,wall"; one word for all. */
  readonly boundary?: string;
  /** Time between two frames. */
  readonly dt?: number;
  /** "80,10,10", or "train=0-7,validation=8,test=9" with numbers of trajectories or files. */
  readonly splits?: string;
  /** Where the paths of files in `splits` begin; the working folder unless given. */
  readonly from?: string;
}

/** What an axis of an array can be. */
export const axisRoles = ["trajectory", "time", "z", "y", "x", "channel"] as const;
export type AxisRole = (typeof axisRoles)[number];

export const isSpace = (role: AxisRole): role is "z" | "y" | "x" =>
  role === "z" || role === "y" || role === "x";

/** A wrong flag, in one line. */
export const refuse = (problem: string, expected: string, remedy: string): ArgumentError =>
  new ArgumentError({ problem, expected, remedy });

const listOf = (text: string): readonly string[] => text.split(",").map((part) => part.trim());

/** The names in a list that is typed, each once. @throws ArgumentError */
export function readNames(text: string, flag: string): readonly string[] {
  const names = listOf(text);
  const again = names.find((name, i) => name === "" || names.indexOf(name) !== i);
  if (again === undefined) return names;
  throw refuse(
    `${flag} ${text} names ${again === "" ? "nothing between two commas" : `"${again}" twice`}`,
    "a name for each, separated by commas",
    `correct ${flag}`,
  );
}

/** The axes of an array. @throws ArgumentError for words that are none, or no axis of space. */
export function readAxes(text: string): readonly AxisRole[] {
  const names = readNames(text, "--axes");
  const wrong = names.find((name) => !axisRoles.includes(name as AxisRole));
  if (wrong !== undefined) {
    throw refuse(
      `--axes names "${wrong}"`,
      axisRoles.join(", "),
      "write one of these for each axis",
    );
  }
  const roles = names as readonly AxisRole[];
  if (roles.some(isSpace) && roles.includes("time")) return roles;
  throw refuse(
    `--axes ${text} has no ${roles.includes("time") ? "axis of space" : "time"}`,
    "time and at least one of z, y, x",
    "such as --axes trajectory,time,y,x,channel",
  );
}

/** The lengths of the box. @throws ArgumentError */
export function readExtent(text: string, rank: number): readonly number[] {
  const lengths = listOf(text).map(Number);
  if (lengths.length === rank && lengths.every((n) => Number.isFinite(n) && n > 0)) return lengths;
  throw refuse(
    `--extent is ${text} for ${rank} ${rank === 1 ? "axis" : "axes"} of space`,
    `${rank} positive ${rank === 1 ? "length" : "lengths"}`,
    `such as --extent ${Array(rank).fill("1").join(",")}`,
  );
}

/** What is at the ends of each axis; one word stands for all. @throws ArgumentError */
export function readBoundary(text: string, rank: number): readonly Boundary[] {
  const words = listOf(text);
  const all = words.length === 1 ? Array<string>(rank).fill(words[0] as string) : words;
  if (all.length === rank && all.every((word) => word === "periodic" || word === "wall")) {
    return all as readonly Boundary[];
  }
  throw refuse(
    `--boundary is ${text} for ${rank} ${rank === 1 ? "axis" : "axes"} of space`,
    `periodic or wall for each of them`,
    `such as --boundary ${Array(rank).fill("periodic").join(",")}`,
  );
}
