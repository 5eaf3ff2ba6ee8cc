import { join } from "node:path";
import { readManifest } from "@eddyflow/checkpointing";
import {
  type CheckpointContents,
  folderSource,
  type ReadRun,
  type RunDirectory,
  readRun,
  type SavedCheckpoint,
} from "@eddyflow/checkpointing/node";
import type { ParamSets } from "@eddyflow/core";
import type { Learner } from "@eddyflow/methods";
import type { Score } from "./score.ts";
import { stateToSave, type TrainingState } from "./training-state.ts";

/** Checkpoints that are kept beside the best one. */
const keepLast = 3;

/** The best score of a run, and the step that has it. */
export interface BestScore {
  readonly step: number;
  readonly value: number;
}

/** The checkpoints of a run that is trained. */
export interface RunCheckpoints {
  readonly latest: SavedCheckpoint | null;
  /** The lowest score, the newest of equals. */
  readonly best: BestScore | null;
  /** Takes note of a score; whether it is the best. */
  note(step: number, score: Score): boolean;
  save(state: TrainingState, score: Score | null): Promise<SavedCheckpoint>;
  /** Whether the folder of the run is where it was. */
  isThere(): Promise<boolean>;
  /** Deletes those of a step and later ones, if there are earlier ones. */
  dropFrom(step: number): Promise<void>;
}

/** The lowest of the scores that are noted, the newest of equals. */
function bestOf(start: BestScore | null): Pick<RunCheckpoints, "best" | "note"> {
  let best = start;
  return {
    get best() {
      return best;
    },
    note(step, { value }) {
      const isBest = best === null || value <= best.value;
      if (isBest) best = { step, value };
      return isBest;
    },
  };
}

/** What a rank that does not write knows of the checkpoints of a run at a path: the same, without a look at the disk. */
export async function followedCheckpoints(
  path: string,
  start: SavedCheckpoint | null,
): Promise<RunCheckpoints> {
  let latest = start;
  const scores = bestOf(start === null ? null : await bestScoreOf(await readRun(path)));
  return {
    get latest() {
      return latest;
    },
    get best() {
      return scores.best;
    },
    note: scores.note,
    async save({ step }) {
      latest = { step, path: join(path, "checkpoints", String(step)) };
      return latest;
    },
    isThere: async () => true,
    dropFrom: async () => undefined,
  };
}

/** The best score among the checkpoints of a run. */
export async function bestScoreOf(run: ReadRun): Promise<BestScore | null> {
  const best = await run.best();
  if (best === null) return null;
  const { score } = await readManifest(folderSource(best.path));
  return score === undefined ? null : { step: best.step, value: score.value };
}

/** The checkpoints of a run directory, written with this learner's networks and this manifest. */
export async function runCheckpoints(
  directory: RunDirectory,
  learner: Learner,
  manifest: Omit<CheckpointContents["manifest"], "score">,
): Promise<RunCheckpoints> {
  const frozen = Object.entries(learner.frozen).filter(([set]) => set in learner.networks);
  const setsOf = ({ student = {}, "student.average": average = {} }: ParamSets): ParamSets => ({
    student,
    "student.average": average,
    ...Object.fromEntries(frozen),
  });
  let latest = await directory.latest();
  const scores = bestOf(await bestScoreOf(directory));
  return {
    get latest() {
      return latest;
    },
    get best() {
      return scores.best;
    },
    note: scores.note,
    async save(state, score) {
      const contents = {
        sets: setsOf(state.sets),
        state: stateToSave(state),
        manifest: { ...manifest, ...(score && { score }) },
      };
      latest = await directory.saveCheckpoint(state.step, contents, { keepLast });
      return latest;
    },
    isThere: directory.isThere,
    async dropFrom(step) {
      await directory.removeFrom(step);
      latest = await directory.latest();
    },
  };
}
