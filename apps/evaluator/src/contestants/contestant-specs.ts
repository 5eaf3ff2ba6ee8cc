import { ArgumentError } from "@eddyflow/core";
import { didYouMean } from "command-line";
import { type CheckpointsSpec, readCheckpointsSpec } from "./checkpoint-spec.ts";
import { splitEntries } from "./split-entries.ts";

/** One entry of `--models`. */
export type ContestantSpec =
  | ({ readonly kind: "model"; readonly name: string } & CheckpointsSpec)
  /** `pointStride` 2 leaves the solver every second point along each axis. */
  | { readonly kind: "solver"; readonly name: string; readonly pointStride: number }
  | { readonly kind: "baseline"; readonly name: "persistence" | "climatology" };

const reserved = ["persistence", "climatology", "solver"] as const;
/** What tables and pictures call other rows. */
const taken: readonly string[] = [...reserved, "truth", "floor"];
const form =
  "name=CHECKPOINT, name=CHECKPOINT@euler:1,2;midpoint:50, name=RUN|RUN, persistence, climatology, solver or solver:2";

function refuse(problem: string, expected: string, remedy: string): never {
  throw new ArgumentError({ problem, expected, remedy });
}

function readReserved(entry: string): ContestantSpec {
  const [name = "", stride, ...rest] = entry.split(":");
  if (name === "solver") {
    const pointStride = stride === undefined ? 1 : Number(stride);
    if (rest.length > 0 || !Number.isSafeInteger(pointStride) || pointStride < 1) {
      refuse(
        `"${entry}" has no valid stride`,
        "a whole number of at least 1 after the colon",
        "write solver, or solver:2 for every 2nd point",
      );
    }
    return { kind: "solver", name: entry, pointStride };
  }
  if ((name === "persistence" || name === "climatology") && stride === undefined) {
    return { kind: "baseline", name };
  }
  return refuse(
    `--models cannot read "${entry}"`,
    form,
    /[/\\.]/u.test(entry)
      ? `give it a name: model=${entry}; a path with a comma stands in double quotes: model="a,b"`
      : didYouMean(entry, reserved),
  );
}

function readEntry(entry: string): ContestantSpec {
  const split = entry.indexOf("=");
  if (split < 0) return readReserved(entry);
  const name = entry.slice(0, split);
  if (!/^[\w][\w.-]*$/u.test(name) || taken.includes(name)) {
    refuse(
      `a model cannot be called "${name}"`,
      `letters, digits, "-", "_" and ".", and not ${taken.join(", ")}`,
      "give it another name",
    );
  }
  const spec = readCheckpointsSpec(entry.slice(split + 1), entry);
  if (spec.checkpoints.includes("")) {
    refuse(`"${entry}" has no checkpoint`, form, "write its path after the =");
  }
  return { kind: "model", name, ...spec };
}

/**
 * Reads the list of `--models`. Commas separate its entries and, after a sampler, numbers of steps; `|` separates runs of
 * one contestant; a path in double quotes may hold anything.
 *
 * @throws ArgumentError for an entry that cannot be read, or a name given twice; and as `readCheckpointsSpec` does.
 */
export function readContestantSpecs(text: string): readonly ContestantSpec[] {
  const specs = splitEntries(text).map(readEntry);
  if (specs.length === 0) refuse("--models is empty", form, "name at least one");
  const names = specs.map((spec) => spec.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    refuse(`--models names "${twice}" twice`, "different names", "rename one of them");
  }
  return specs;
}
