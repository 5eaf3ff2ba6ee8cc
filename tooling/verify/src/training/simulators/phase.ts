/** What a simulator was doing when it was killed, by what it left. */
export const phases = [
  "start-up",
  "beginning the stores",
  "computing",
  "writing a trajectory",
  "normalisation",
  "conclusion",
] as const;
export type Phase = (typeof phases)[number];

/** What lies in a split's store: its files, and how many trajectories are whole and wanted. */
export interface Left {
  readonly files: readonly string[];
  readonly whole: number;
  readonly wanted: number;
  /** Whether its root knows the normalisation. */
  readonly isNormalised: boolean;
}

/** The phase of a killed run, from the stores before it (train first) and after. */
export function phaseOf(
  before: readonly Left[],
  after: readonly Left[],
  hasSpoken: boolean,
): Phase {
  const fresh = after.flatMap(({ files }, i) =>
    files.filter((file) => before[i]?.files.includes(file) !== true),
  );
  const isMade = after.every(({ whole, wanted }) => whole === wanted);
  if (isMade && after[0]?.isNormalised === true) return hasSpoken ? "conclusion" : "start-up";
  if (isMade) return hasSpoken ? "normalisation" : "start-up";
  const hasRoots = after.every(({ files }) => files.includes("zarr.json"));
  if (!hasRoots) return fresh.length > 0 ? "beginning the stores" : "start-up";
  if (fresh.some((file) => file.startsWith(".partial-"))) return "writing a trajectory";
  return hasSpoken ? "computing" : "start-up";
}
