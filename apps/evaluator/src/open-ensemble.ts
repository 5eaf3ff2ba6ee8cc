import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "@eddyflow/core";
import { openEnsembleStore, stateHash, type TrajectoryStore } from "@eddyflow/datasets";
import { upgradeRecipe } from "@eddyflow/systems";
import { commandLine, type DataPlace } from "command-line";
import type { ReferenceEnsemble } from "./measure/reference-ensemble.ts";

export interface OpenEnsembleOptions {
  readonly test: TrajectoryStore;
  /** Frames of the simulation from one state of `test` to the next. */
  readonly frameStride: number;
  /** As typed, for the remedy. */
  readonly experiment: string;
  /** Whether there has to be one. */
  readonly isAsked: boolean;
}

/**
 * Opens the reference ensemble beside the test data; null where there is none and none is asked for.
 *
 * @throws DataError where it is missing though asked for, not complete, damaged, or of other initial states, another
 *   simulation, another grid or another interval than the test data.
 */
export async function openEnsemble(
  place: DataPlace,
  { test, frameStride, experiment, isAsked }: OpenEnsembleOptions,
): Promise<ReferenceEnsemble | null> {
  const dir = typeof place === "string" ? join(place, "test-ensemble.zarr") : null;
  const draw = `draw it with ${commandLine("simulator", [experiment, "--ensemble", "64"])}`;
  if (dir === null || (await lstat(dir).catch(() => null)) === null) {
    if (!isAsked) return null;
    throw new DataError({
      problem: `there is no reference ensemble${dir === null ? "" : ` at ${dir}`}`,
      expected: "next states of the solver, drawn from states of the test data",
      remedy: dir === null ? "leave ensemble out of --mode" : draw,
    });
  }
  const { description, readMembers } = await openEnsembleStore(dir);
  const refuse = (what: string, remedy = `remove that folder and ${draw}`): never => {
    throw new DataError({
      problem: `the reference ensemble ${dir} is of ${what} than the test data`,
      expected: "an ensemble that was drawn from these test data",
      remedy,
    });
  };
  const { grid, channels, recipe, seed } = test.description;
  const same = (own: unknown, other: unknown) => JSON.stringify(own) === JSON.stringify(other);
  if (!same(gridOf(description.grid), gridOf(grid)) || !same(description.channels, channels)) {
    refuse("another grid or other channels");
  }
  if (description.frameStride !== frameStride) {
    refuse(
      `another interval (${description.frameStride} frames instead of ${frameStride})`,
      `write data.frameStride=${description.frameStride}, or ${draw} into another --out`,
    );
  }
  if (
    !same(upgradeRecipe(description.recipe), upgradeRecipe(recipe)) ||
    description.seed !== seed
  ) {
    refuse("another simulation (its recipe or its seed differs)");
  }
  const conditions = description.conditions.map(({ trajectory, frame }) => ({
    trajectory,
    frame: frame / frameStride,
  }));
  for (const [index, { trajectory, frame }] of conditions.entries()) {
    const isThere =
      trajectory < test.trajectories && Number.isInteger(frame) && frame < test.description.frames;
    const state = isThere ? await test.readFrames(trajectory, frame, 1) : new Float32Array(0);
    if (stateHash(state) === description.conditions[index]?.sha256) continue;
    refuse(`other initial states (frame ${frame} of trajectory ${trajectory} differs)`);
  }
  return { conditions, members: description.members, readMembers };
}

/** The keys of a grid in one order. */
const gridOf = ({ shape, extent, boundary }: TrajectoryStore["description"]["grid"]) => ({
  shape,
  extent,
  boundary,
});
