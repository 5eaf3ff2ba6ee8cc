import { join } from "node:path";
import type { DemoStep } from "demo";
import type { Student } from "./students.ts";

/** Samples of a batch in the demo. */
const batchSize = 16;

/** Where the data and the teacher are, and where runs and the report go, all relative to the root of the checkout. */
export interface Places {
  /** Module of the experiment. */
  readonly experiment: string;
  readonly data: string;
  /** Run of the teacher. */
  readonly teacher: string;
  readonly out: string;
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

/** A name as part of a path and of a list with commas. */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replace(/-$/u, "");

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
          const { method, settings } = training;
          const name = `${slug}-${stage + 1}-${budget}-seed${seed}`;
          const folder = join(places.out, "runs", "ks2d-demo", method, name);
          const iterations = iterationsOf(budget, training);
          const keys = [
            ...settings,
            // Validated once, at its end.
            ...[`validateEvery=${iterations}`, "checkpointEvery=500"],
          ];
          trainings.push({
            title: `${student.name}, ${budget} evaluations, seed ${seed}${
              student.trainings.length === 1 ? "" : `, stage ${stage + 1}`
            }`,
            app: "trainer",
            args: [
              ...[places.experiment, method, exists(folder) ? "--resume" : "--new"],
              ...["--name", name, "--teacher", teacher, "--seed", String(seed)],
              ...["--data", places.data, "--out", join(places.out, "runs")],
              ...["--max-iters", String(iterations)],
              // Also to a run that is gone on with: the trainer refuses one that was begun with others.
              ...keys.map((key) => `models.${method}.${key}`),
            ],
            // Two cores of 2021; what remains is scaled by what it turns out to take.
            seconds: (budget * training.share) / 250,
          });
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
export function planEvaluation(
  contestants: readonly Contestant[],
  { experiment, data, teacher, out }: Places,
): DemoStep {
  return {
    title: "compare all of them on trajectories that none has seen",
    app: "evaluator",
    args: [
      ...[experiment, "--models"],
      [
        `teacher=${teacher}@midpoint:50`,
        ...contestants.map(({ name, folder, sampler }) => `${name}=${folder}@${sampler}`),
      ].join(","),
      ...["--mode", "one-step,rollout", "--members", "8", "--samples", "32"],
      ...["--rollouts", "3", "--rollout-len", "10", "--data", data, "--out", out],
      ...["--title", "Students of one teacher at equal cost"],
    ],
    seconds: 130 + 4 * contestants.length,
  };
}
