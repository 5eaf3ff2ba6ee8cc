import type { Params } from "@eddyflow/core";
import { decodeSafetensors } from "./decode-safetensors.ts";
import { type ExpectedShapes, loadInto } from "./load-into.ts";
import type { Source } from "./source.ts";

/** The file that holds a set of parameters: "weights" for the student, "average" for its average. */
export function fileOfSet(set: string): string {
  if (set === "student") return "weights.safetensors";
  if (set === "student.average") return "average.safetensors";
  return `${set}.safetensors`;
}

/** The file that holds what only a training that goes on needs, such as the optimizer's state. */
export const stateFile = "state.safetensors";

/**
 * Reads one set of parameters from a checkpoint, strictly. The caller disposes them.
 *
 * @param set - "student", "student.average", "velocity".
 * @throws CheckpointError where the file is absent or damaged, or is of another network.
 */
export async function loadParams(
  source: Source,
  set: string,
  expected: ExpectedShapes,
): Promise<Params> {
  const file = fileOfSet(set);
  return loadInto(expected, decodeSafetensors(await source(file), file).arrays).params;
}

/**
 * Reads the state of a training from a checkpoint: for each part ("first", "second") tensors of the names and shapes that
 * are expected of it. The caller disposes them.
 *
 * @throws CheckpointError where the file is absent or damaged, or is of another network or optimizer.
 */
export async function loadState<Part extends string>(
  source: Source,
  expected: Readonly<Record<Part, ExpectedShapes>>,
): Promise<Readonly<Record<Part, Params>>> {
  const { arrays } = decodeSafetensors(await source(stateFile), stateFile);
  const parts = Object.entries<ExpectedShapes>(expected);
  const flat = parts.flatMap(([part, shapes]) =>
    Object.entries(shapes).map(([name, shape]) => [`${part}.${name}`, shape] as const),
  );
  const { params } = loadInto(Object.fromEntries(flat), arrays);
  const nested = parts.map(([part, shapes]) => {
    const names = Object.keys(shapes);
    return [part, Object.fromEntries(names.map((name) => [name, params[`${part}.${name}`]]))];
  });
  return Object.fromEntries(nested) as Readonly<Record<Part, Params>>;
}
