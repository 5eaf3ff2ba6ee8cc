import type { DemoStep } from "demo";
import { evaluationStep, type StudyPlaces, slugOf, trainingStep } from "../steps.ts";
import type { DeterministicPart } from "./contestants.ts";
import { experiment } from "./experiment.ts";

/** A trained model in one way of running it, and what to call it in an evaluation. */
export interface DeterministicContestant {
  readonly name: string;
  readonly part: DeterministicPart;
  readonly sampler: string | null;
  readonly seed: number;
  /** Of its run. */
  readonly folder: string;
}

/** Of every training; the demo's teacher has 1,200. */
const iterations = 600;

/** The simulation, and the trainings in order, all parts of a seed before the next seed, with what there is to evaluate after them. */
export function planDeterministic({
  parts,
  seeds,
  places,
  exists,
}: {
  readonly parts: readonly DeterministicPart[];
  readonly seeds: number;
  readonly places: StudyPlaces;
  readonly exists: (path: string) => boolean;
}): {
  readonly steps: readonly DemoStep[];
  readonly contestants: readonly DeterministicContestant[];
} {
  const contestants: DeterministicContestant[] = [];
  const steps: DemoStep[] = [
    {
      title: "simulate Kuramoto–Sivashinsky and keep every point of every fifth step",
      app: "simulator",
      args: [places.experiment, "--out", places.data],
      seconds: 9,
    },
  ];
  for (let seed = 0; seed < seeds; seed++) {
    for (const part of parts) {
      const { step, folder } = trainingStep({
        title: `${part.name}, seed ${seed}`,
        ...{ places, experimentName: experiment.name, method: part.method },
        name: `seed${seed}`,
        ...{ seed, iterations, settings: [], seconds: 65, exists },
      });
      steps.push(step);
      for (const sampler of part.samplers) {
        const name = slugOf(`${part.name} ${sampler ?? ""} ${seed}`);
        contestants.push({ name, part, sampler, seed, folder });
      }
    }
  }
  return { steps, contestants };
}

/** Members are few because scores of single members are compared: their mean is over 64 states and 160 steps of rollouts. */
export const planDeterministicEvaluation = (
  contestants: readonly DeterministicContestant[],
  places: StudyPlaces,
): DemoStep =>
  evaluationStep(places, {
    title: "A nearly determined flow: flow matching beside regression",
    models: [
      "persistence",
      ...contestants.map(
        ({ name, folder, sampler }) => `${name}=${folder}${sampler === null ? "" : `@${sampler}`}`,
      ),
    ],
    ...{ members: 2, samples: 32, rollouts: 4, rolloutLength: 20 },
    seconds: contestants.reduce(
      (sum, { part }) => sum + part.evaluationSeconds / part.samplers.length,
      5,
    ),
  });
