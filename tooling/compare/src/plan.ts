import type { DemoStep } from "demo";
import { evaluationStep, type StudyPlaces, slugOf, trainingStep } from "./steps.ts";
import type { Student } from "./students.ts";

/** Samples of a batch in the demo. */
const batchSize = 16;

export interface Places extends StudyPlaces {
  /** Run of the teacher. */
  readonly teacher: string;
}

/** A trained student, and what to call it in an evaluation. */
export interface Contestant {
  readonly name: string;
  readonly student: string;
  readonly sampler: string;
  /** Network evaluations that its training may take; null for the teacher. */
  readonly budget: number | null;
  readonly seed: number;
  /** Of its run. */
  readonly folder: string;
}

export interface ComparisonPlan {
  readonly trainings: readonly DemoStep[];
  readonly contestants: readonly Contestant[];
}

export interface PlanOptions {
  readonly students: readonly Student[];
  /** Network evaluations of each student's training. */
  readonly budgets: readonly number[];
  readonly seeds: number;
  readonly places: Places;
  /** Whether a path is there; a run that is there is gone on with. */
  readonly exists: (path: string) => boolean;
}

/** Iterations that a budget pays for. */
export const iterationsOf = (
  budget: number,
  { share, evaluations }: { readonly share: number; readonly evaluations: number },
): number => Math.floor((budget * share) / (batchSize * evaluations));

/** The trainings in order, all students of a seed before the next seed, and what there is to evaluate after them. */
export function planComparison({
  students,
  budgets,
  seeds,
  places,
  exists,
}: PlanOptions): ComparisonPlan {
  const trainings: DemoStep[] = [];
  const contestants: Contestant[] = [];
  for (const budget of budgets) {
    for (let seed = 0; seed < seeds; seed++) {
      for (const student of students) {
        const slug = slugOf(student.name);
        let teacher = places.teacher;
        for (const [stage, training] of student.trainings.entries()) {
          const { step, folder } = trainingStep({
            title: `${student.name}, ${budget} evaluations, seed ${seed}${
              student.trainings.length === 1 ? "" : `, stage ${stage + 1}`
            }`,
            places,
            experimentName: "ks2d-demo",
            ...{ method: training.method, settings: training.settings, teacher, seed, exists },
            name: `${slug}-${stage + 1}-${budget}-seed${seed}`,
            iterations: iterationsOf(budget, training),
            // Two cores of 2021; what remains is scaled by what it turns out to take.
            seconds: (budget * training.share) / 250,
          });
          trainings.push(step);
          teacher = folder;
        }
        for (const sampler of student.samplers) {
          contestants.push({
            name: `${slug}-${slugOf(sampler)}-${budget}-${seed}`,
            student: student.name,
            ...{ sampler, budget, seed, folder: teacher },
          });
        }
      }
    }
  }
  return { trainings, contestants };
}

/** The evaluation of everything beside the teacher, as one call of the evaluator. */
export const planEvaluation = (contestants: readonly Contestant[], places: Places): DemoStep =>
  evaluationStep(places, {
    title: "Students of one teacher at equal cost",
    models: [
      `teacher=${places.teacher}@midpoint:50`,
      ...contestants.map(({ name, folder, sampler }) => `${name}=${folder}@${sampler}`),
    ],
    ...{ members: 8, samples: 32, rollouts: 3, rolloutLength: 10 },
    seconds: 130 + 4 * contestants.length,
  });
