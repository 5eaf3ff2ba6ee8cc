import type { Evaluation } from "../measure/evaluation.ts";
import { fieldGrid } from "./field-grid.ts";
import type { Picture } from "./picture.ts";

/**
 * Frames of one rollout: a row for the truth and for each contestant, a column for each time; null where no rollout
 * was pictured. Baselines are left out, for one repeats the first frame and the other has nothing to do with it.
 */
export function framesPicture(evaluation: Evaluation): Picture | null {
  const { pictured, contestants } = evaluation;
  if (pictured === null) return null;
  const rows = [
    { name: "truth", frames: pictured.truth },
    ...contestants.flatMap(({ name, kind, frames }) =>
      frames !== null && kind !== "baseline" ? [{ name, frames }] : [],
    ),
  ];
  const { frameInterval } = evaluation.setting;
  const { svg } = fieldGrid(
    `Rollouts of ${pictured.channel} from the same initial state`,
    { pictured, frameInterval },
    rows,
    pictured.steps.map((_, column) => column),
  );
  return {
    name: "frames",
    svg,
    caption:
      "One member of each ensemble beside the truth, on one colour scale. Every cell is a point of the grid that the contestants see. In a chaotic system the rows must differ after a while. What should stay is the look: the size, the sharpness and the strength of the structures. Black is no longer a finite number.",
  };
}
