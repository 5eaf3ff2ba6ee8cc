import type { Label, StudyOptions } from "../study.ts";
import type { TrainedContestant } from "../work/evaluate.ts";
import type { Simulation } from "../work/simulate.ts";
import { slugOf } from "../work/slug.ts";
import { type Training, training } from "../work/train.ts";
import type { Student } from "./students.ts";

/** Iterations that a budget pays for. */
export const iterationsOf = (
  budget: number,
  { share, evaluations }: { readonly share: number; readonly evaluations: number },
  batchSize: number,
): number => Math.floor((budget * share) / (batchSize * evaluations));

export interface DistilOptions {
  readonly data: Simulation;
  readonly teacher: Training;
  readonly students: readonly Student[];
  /** Network evaluations of each student's training. */
  readonly budgets: readonly number[];
  readonly batchSize: number;
  /** Of one network evaluation of one sample: measured on two cores with native TensorFlow. */
  readonly secondsPerEvaluation: number;
}

/** Contestants with what a table calls them. */
export interface Labelled {
  readonly contestants: readonly TrainedContestant[];
  readonly labels: Readonly<Record<string, Label>>;
}

/** Every student at every budget with every seed, each stage learning from the one before it. */
export async function distilled(
  { place, extent, seeds }: StudyOptions,
  { data, teacher, students, budgets, batchSize, secondsPerEvaluation }: DistilOptions,
): Promise<Labelled> {
  const contestants: TrainedContestant[] = [];
  const labels: Record<string, Label> = {};
  for (const budget of extent.parts(budgets)) {
    for (const student of extent.parts(students)) {
      const name = slugOf(`${student.name} ${budget}`);
      const runs: Training[] = [];
      for (let seed = 0; seed < seeds; seed++) {
        let last = teacher;
        for (const [stage, each] of student.trainings.entries()) {
          const isStaged = student.trainings.length > 1;
          last = await training(place, {
            name: `${student.name}, ${budget}${isStaged ? `, stage ${stage + 1}` : ""}`,
            ...{ data, teacher: last, method: each.method, seed, settings: each.settings },
            iterations: extent.iterations(iterationsOf(budget, each, batchSize)),
            seconds: extent.seconds(budget * each.share * secondsPerEvaluation),
          });
        }
        runs.push(last);
      }
      contestants.push({ name, runs, samplers: student.samplers });
      labels[name] = { method: student.name, budget };
    }
  }
  return { contestants, labels };
}
