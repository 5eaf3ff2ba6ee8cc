import { ArgumentError } from "@eddyflow/core";
import { type TableauName, uniformTimes } from "@eddyflow/samplers";

export interface MultistagePlanOptions {
  /** The number of stages; each halves the student's steps. */
  readonly stages: number;
  /** Iterations of every stage, or of each stage: a budget belongs to its stage alone. */
  readonly iterations: number | readonly number[];
  /** Steps of the last student; 1 by default. */
  readonly finalSteps?: number;
  /** How the first teacher, a velocity model, is run; "midpoint" by default. */
  readonly initialTableau?: TableauName;
  /** Its steps within one step of the first student; 4 by default. */
  readonly initialSubsteps?: number;
  /** How every student steps, as a student and as the next one's teacher; "euler" by default. */
  readonly studentTableau?: TableauName;
}

/** One stage of a multistage distillation, as plain JSON. */
export interface Stage {
  /** 0 for the first. */
  readonly index: number;
  /** The model that is distilled: the one given, or the student of the stage with this index. */
  readonly teacher: "initial" | number;
  /** How the teacher is run. */
  readonly teacherTableau: TableauName;
  /** The teacher's steps from noise to data: substeps × studentSteps. */
  readonly teacherSteps: number;
  /** The teacher's steps within one step of the student. */
  readonly substeps: number;
  /** The student's steps from noise to data. */
  readonly studentSteps: number;
  /** The student's flow times. */
  readonly times: readonly number[];
  /** The student's iterations, counted from the beginning of its own stage. */
  readonly iterations: number;
}

/**
 * The stages of progressive distillation: the first student learns from the given velocity model, each
 * further one from the student before it, whose two steps it replaces by one, down to `finalSteps`.
 * Every student starts from its teacher's weights. Source: Salimans and Ho, "Progressive Distillation for
 * Fast Sampling of Diffusion Models" (ICLR 2022).
 *
 * @throws ArgumentError for numbers that are not positive integers, or a list of budgets that is not as long as there
 * are stages.
 */
export function multistagePlan({
  stages,
  iterations,
  finalSteps = 1,
  initialTableau = "midpoint",
  initialSubsteps = 4,
  studentTableau = "euler",
}: MultistagePlanOptions): readonly Stage[] {
  const budgets = typeof iterations === "number" ? undefined : iterations;
  for (const [name, value] of [
    ["number of stages", stages],
    ...(budgets ?? [iterations as number]).map((n) => ["number of iterations", n] as const),
    ["number of final steps", finalSteps],
    ["number of teacher steps", initialSubsteps],
  ] as const) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new ArgumentError({
      problem: `the ${name} is ${value}`,
      expected: "a positive integer",
      remedy: "give another number",
    });
  }
  if (budgets !== undefined && budgets.length !== stages) {
    throw new ArgumentError({
      problem: `${budgets.length} budgets of iterations for ${stages} stages`,
      expected: "one number for all stages, or one for each",
      remedy: "give as many budgets as stages",
    });
  }
  return Array.from({ length: stages }, (_, index) => {
    const studentSteps = finalSteps * 2 ** (stages - 1 - index);
    const substeps = index === 0 ? initialSubsteps : 2;
    return {
      index,
      teacher: index === 0 ? ("initial" as const) : index - 1,
      teacherTableau: index === 0 ? initialTableau : studentTableau,
      teacherSteps: substeps * studentSteps,
      substeps,
      studentSteps,
      times: uniformTimes(studentSteps),
      iterations: typeof iterations === "number" ? iterations : (iterations[index] as number),
    };
  });
}
