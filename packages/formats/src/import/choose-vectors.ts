import type { VectorField } from "@eddyflow/datasets";
import { readNames, refuse } from "./import-options.ts";

/** The letters of velocities that have none of x, y, z. */
const usual: Readonly<Record<string, string>> = { u: "x", v: "y", w: "z" };

/** The axis that the name of a component ends in: vx, velocity_x, Vx, u_x. */
const letterOf = (name: string): string | null =>
  /^.+?[-_]?([xyz])$/iu.exec(name)?.[1]?.toLowerCase() ?? usual[name.toLowerCase()] ?? null;

function fromText(text: string, channels: readonly string[], axes: readonly string[]): VectorField {
  const parts = readNames(text, "--vectors").map((part) => {
    const [name = "", axis] = part.split(":");
    return { name, axis: axis ?? letterOf(name) };
  });
  const absent = parts.find(({ name }) => !channels.includes(name));
  if (absent !== undefined) {
    throw refuse(
      `--vectors names the channel "${absent.name}"`,
      channels.join(", "),
      "correct --vectors",
    );
  }
  const lost = parts.find(({ axis }) => axis === null || !axes.includes(axis));
  if (lost !== undefined) {
    throw refuse(
      `nothing says along which axis the component "${lost.name}" points`,
      `one of ${axes.join(", ")}`,
      `such as --vectors ${parts.map(({ name }, i) => `${name}:${axes.toReversed()[i] ?? "x"}`).join(",")}`,
    );
  }
  return {
    channels: parts.map(({ name }) => name),
    axes: parts.map(({ axis }) => axes.indexOf(axis as string)),
  };
}

/** Names that are the same but for the letter at their end, one for each axis: vx and vy on a plane. */
function fromNames(channels: readonly string[], axes: readonly string[]): readonly VectorField[] {
  const stems = new Map<string, Map<string, string>>();
  for (const name of channels) {
    const letter = letterOf(name);
    if (letter === null) continue;
    const stem = Object.hasOwn(usual, name.toLowerCase()) ? "u, v, w" : name.slice(0, -1);
    stems.set(stem, (stems.get(stem) ?? new Map<string, string>()).set(letter, name));
  }
  return [...stems.values()]
    .filter((found) => axes.length > 1 && axes.every((axis) => found.has(axis)))
    .map((found) => {
      const letters = [...axes].toSorted();
      return {
        channels: letters.map((letter) => found.get(letter) as string),
        axes: letters.map((letter) => axes.indexOf(letter)),
      };
    });
}

/**
 * The channels that are vectors: as typed, or by their names where these leave no doubt.
 *
 * @throws ArgumentError for channels that are not there, in two vectors, or without a direction.
 */
export function chooseVectors(
  typed: readonly string[] | undefined,
  channels: readonly string[],
  axes: readonly string[],
): { readonly vectors: readonly VectorField[]; readonly assumed: string | null } {
  if (typed === undefined) {
    const vectors = fromNames(channels, axes);
    const names = vectors.map((vector) => vector.channels.join(", ")).join("; ");
    const said = `${names} are the components of a vector, by their names (--vectors; none for none)`;
    return { vectors, assumed: vectors.length === 0 ? null : said };
  }
  const groups = typed.filter((text) => text !== "none");
  const vectors = groups.map((text) => fromText(text, channels, axes));
  const all = vectors.flatMap((vector) => vector.channels);
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice === undefined) return { vectors, assumed: null };
  throw refuse(
    `--vectors names the channel "${twice}" in two vectors`,
    "each channel in one at most",
    "correct --vectors",
  );
}
