import type { DataFacts, Manifest } from "@eddyflow/checkpointing";
import { DataError, type Normalisation } from "@eddyflow/core";
import { type Difference, differentPoints, differentStates, type States } from "command-line";
import { differentUnits } from "./different-units.ts";

export interface SameDataOptions {
  /** Of the run. */
  readonly name: string;
  /** What the data hold now. */
  readonly states: States;
  readonly facts: DataFacts;
  /** The parameters of the trajectory, as measured on the data now. */
  readonly parameters: Normalisation;
}

/**
 * Refuses data that are not those that a run was trained on until its checkpoint: in their units, box, boundary,
 * interval, channels, parameters, number or values.
 *
 * @throws DataError that says each difference: what it was and what it is.
 */
export function requireSameData(
  manifest: Manifest,
  { name, states, facts, parameters }: SameDataOptions,
): void {
  const { channels, grid, clock, teacher, data } = manifest;
  const was = { channels, grid, interval: clock?.step ?? null };
  // Older checkpoints do not say what was measured on the data; a student's units are those of its teacher.
  const own = data === undefined && teacher === null ? manifest : null;
  const units = data?.normalisation ?? own?.normalisation ?? null;
  const found = [
    ...differentPoints(was, states),
    ...differentStates(was, states),
    ...differentUnits(units, facts.normalisation),
    ...differentUnits(own?.conditioning.parameters ?? null, parameters),
    ...(data === undefined ? [] : differentSplits(data, facts)),
  ];
  if (found.length === 0) return;
  const [shown, more] = [found.slice(0, 4), found.length - 4];
  const changes = shown.map(({ what, was, is }) => `${what} ${was} → ${is}`).join(", ");
  throw new DataError({
    problem: `the data of run ${name} are not those that it was trained on: ${changes}${more > 0 ? ` and ${more} more` : ""}`,
    expected: "the same data until its end",
    remedy: "give --data the folder where those lie, or begin another run with --new",
  });
}

function differentSplits(was: DataFacts, is: DataFacts): readonly Difference[] {
  return (["train", "validation"] as const).flatMap((split) => {
    const [before, now] = [was[split], is[split]];
    const counts = (["trajectories", "frames"] as const)
      .filter((what) => before[what] !== now[what])
      .map((what) => ({
        what: `${split} ${what}`,
        was: String(before[what]),
        is: String(now[what]),
      }));
    if (counts.length > 0 || before.sha256 === now.sha256) return counts;
    const short = ({ sha256 }: { readonly sha256: string }) => `#${sha256.slice(0, 6)}`;
    return [{ what: `${split} values`, was: short(before), is: short(now) }];
  });
}
