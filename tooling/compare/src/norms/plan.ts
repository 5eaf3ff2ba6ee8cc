import type { DemoStep } from "demo";
import type { Places } from "../plan.ts";
import { evaluationStep, slugOf, trainingStep } from "../steps.ts";
import { type NormPart, normSettings } from "./cases.ts";

/** A trained model, and what to call it in an evaluation. */
export interface NormContestant {
  readonly name: string;
  readonly part: NormPart;
  readonly seed: number;
  /** Of its run. */
  readonly folder: string;
}

/** The trainings in order, all parts of a seed before the next seed, and what there is to evaluate after them. */
export function planNorms({
  parts,
  seeds,
  places,
  exists,
}: {
  readonly parts: readonly NormPart[];
  readonly seeds: number;
  readonly places: Places;
  readonly exists: (path: string) => boolean;
}): { readonly trainings: readonly DemoStep[]; readonly contestants: readonly NormContestant[] } {
  const trainings: DemoStep[] = [];
  const contestants: NormContestant[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    for (const part of parts) {
      const { use, norm } = part;
      const name = `${use.name}-${norm.beta}-power${norm.power}-seed${seed}`;
      const { step, folder } = trainingStep({
        title: `${part.name}, seed ${seed}`,
        ...{ places, experimentName: "ks2d-demo", name, seed, exists },
        method: use.method,
        ...(use.distils && { teacher: places.teacher }),
        iterations: use.iterations,
        settings: [...use.settings, ...normSettings(norm)],
        seconds: use.seconds,
      });
      trainings.push(step);
      contestants.push({ name: slugOf(name), part, seed, folder });
    }
  }
  return { trainings, contestants };
}

/** The evaluation of all of them beside the demo's teacher, as one call of the evaluator. */
export const planNormEvaluation = (
  contestants: readonly NormContestant[],
  places: Places,
): DemoStep =>
  evaluationStep(places, {
    title: "L2 and Sobolev norms at equal cost",
    models: [
      `teacher=${places.teacher}@midpoint:50`,
      ...contestants.map(({ name, part, folder }) => `${name}=${folder}@${part.use.sampler}`),
    ],
    ...{ members: 8, samples: 32, rollouts: 3, rolloutLength: 10 },
    seconds: 90 + contestants.reduce((sum, { part }) => sum + (part.use.distils ? 3 : 12), 0),
  });
