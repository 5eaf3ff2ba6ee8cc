import { ArgumentError } from "@eddyflow/core";
import { launchedAs } from "@eddyflow/parallel/node";

/** A part of the work: 1/4 … 4/4. */
export interface Shard {
  readonly part: number;
  readonly parts: number;
  /** What it follows from, for a line of output; null where there is one part, or somebody named it. */
  readonly because: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A place among several, counted from 0. */
interface Place {
  readonly at: number;
  readonly of: number;
  readonly named: string;
}

const refused = (problem: string, expected: string, remedy: string): ArgumentError =>
  new ArgumentError({ problem, expected, remedy });

function numberOf(env: Environment, name: string): number {
  const value = env[name] ?? "";
  if (/^\d+$/u.test(value)) return Number(value);
  throw refused(
    `the environment says ${name}=${JSON.stringify(value)}`,
    "a whole number, as the launcher or Slurm sets it",
    "name the part with --shard i/n, or unset the variable",
  );
}

/** The place of this task in its Slurm array, which must be a range. */
function placeInArray(env: Environment): Place | null {
  if (env["SLURM_ARRAY_TASK_ID"] === undefined) return null;
  const [id, first, last, step, count] = ["ID", "MIN", "MAX", "STEP", "COUNT"].map((name) =>
    numberOf(env, `SLURM_ARRAY_TASK_${name}`),
  ) as [number, number, number, number, number];
  const at = (id - first) / step;
  if (last === first + (count - 1) * step && Number.isInteger(at) && at >= 0 && at < count) {
    return { at, of: count, named: `task ${id} of a Slurm array of ${count}` };
  }
  throw refused(
    `the Slurm array has ${count} tasks from ${first} to ${last}, which are no range with the step ${step}`,
    "a range, such as --array=0-7",
    "submit the whole range again, which makes what is missing, or name the part with --shard i/n",
  );
}

function placeAmongRanks(env: Environment): Place | null {
  const launched = launchedAs(env);
  if (launched === null) return null;
  const { by, rank: at, size: of } = launched;
  if (of !== null && at < of) return { at, of, named: `rank ${at} of ${of}` };
  throw refused(
    `${by} says that this is rank ${at}, ${of === null ? "but not of how many" : `of ${of}`}`,
    "a rank from 0 and the number of ranks",
    "start it with mpirun or srun, or name the part with --shard i/n",
  );
}

/**
 * The part of the work that this process does by what its launcher and Slurm say: its place in a job array, its rank, or
 * both, where each task of an array starts several processes. All of the work where neither says anything.
 *
 * @throws ArgumentError for an array that is no range, a rank without a size, and values that are no numbers.
 */
export function shardOfProcess(env: Environment): Shard {
  const places = [placeInArray(env), placeAmongRanks(env)].filter((place) => place !== null);
  const parts = places.reduce((product, { of }) => product * of, 1);
  const part = places.reduce((sum, { at, of }) => sum * of + at, 0) + 1;
  const because = places.filter(({ of }) => of > 1).map(({ named }) => named);
  return { part, parts, because: because.length === 0 ? null : because.join(", ") };
}
