import { join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { isSafeName } from "./manifest.ts";

/** Whose runs lie in one folder. */
export interface ListRunsOptions {
  readonly experiment: string;
  readonly method: string;
}

/** `<root>/<experiment>/<method>`, the folder of the runs of a method. */
export function methodFolder(root: string, { experiment, method }: ListRunsOptions): string {
  return join(root, checkedName("experiment", experiment), checkedName("method", method));
}

/**
 * The name, where it leads out of no folder.
 *
 * @throws ArgumentError where it could.
 */
export function checkedName(what: string, name: string): string {
  if (!isSafeName(name)) {
    throw new ArgumentError({
      problem: `${JSON.stringify(name)} cannot be the name of the ${what}`,
      expected: "letters, digits, . _ - that begin with a letter or digit",
      remedy: "give another name",
    });
  }
  return name;
}
