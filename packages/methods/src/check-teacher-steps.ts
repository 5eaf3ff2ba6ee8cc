import { ArgumentError, type TrainedOn } from "@eddyflow/core";
import { equalSteps, jumpName, outsideTraining, samplerText } from "@eddyflow/samplers";
import { ownSteps } from "./own-steps.ts";
import type { NetworkTeacher } from "./teacher-of.ts";

export interface TeacherSteps {
  /** The student's steps from noise to data. */
  readonly steps: number;
  /** The teacher's steps in each of them. */
  readonly substeps: number;
  /** By which the teacher is run. */
  readonly tableau: string;
  /** What the student learns. */
  readonly trainedOn: TrainedOn;
}

/** Increments closer than this are the same in float32. */
const rounding = 1e-6;
const shown = (value: number): string => String(Number(value.toPrecision(3)));

/**
 * Checks that the teacher is asked only for steps that it learnt. A velocity field from data goes in steps of any size;
 * an earlier student in those that it was trained on.
 *
 * @throws ArgumentError where it is asked for others.
 */
export function checkTeacherSteps(
  { method, network, sampler, trainedOn: stated }: NetworkTeacher,
  { steps, substeps, tableau, trainedOn }: TeacherSteps,
): void {
  const isTold = network.kind === "mean-velocity";
  const refuse = (problem: string, expected: string): never => {
    throw new ArgumentError({
      problem,
      expected,
      remedy: "change models.velocity_pd, or give a velocity run as the teacher",
    });
  };
  if (isTold && tableau !== "euler") {
    refuse(
      `the teacher is told the size of its steps, and cannot be run by ${tableau}`,
      "models.velocity_pd.tableau=euler",
    );
  }
  // The checkpoint of an early student says no more than its sampler.
  const known = stated ?? (method === "velocity_pd" ? ownSteps(sampler).trainedOn : undefined);
  if (known === undefined) return;

  const own = known.tableau ?? "euler";
  const what = `models.velocity_pd.steps × substeps = ${(known.times ?? []).length - 1} with tableau=${own}`;
  if (trainedOn.times !== undefined) {
    const asked = equalSteps(isTold ? jumpName : tableau, steps * substeps);
    if (outsideTraining(asked, known) === null) return;
    refuse(
      `${steps} × ${substeps} ${tableau} steps leave the flow times of the teacher, which is good for ${samplerText(sampler)}`,
      known.times === undefined ? inWords(known) : what,
    );
  }
  const [smallest = 0, largest = 0] = trainedOn.increments.map((delta) => delta / substeps);
  const isKnown =
    known.times === undefined &&
    tableau === own &&
    smallest > known.increments[0] - rounding &&
    largest < known.increments[1] + rounding;
  if (isKnown) return;
  refuse(
    `the teacher's ${tableau} steps of ${range([smallest, largest])} are not those that it was trained on, ${inWords(known)}`,
    known.times === undefined
      ? `increments of ${range(known.increments.map((delta) => delta * substeps))} for substeps=${substeps}, with tableau=${own}`
      : `${what} and increments.kind=times`,
  );
}

const range = ([smallest = 0, largest = 0]: readonly number[]): string =>
  `${shown(smallest)} to ${shown(largest)}`;

const inWords = ({ increments, times, tableau = "euler" }: TrainedOn): string =>
  times === undefined
    ? `${tableau} steps of ${range(increments)}`
    : `${tableau} steps on the flow times ${times.map(shown).join(", ")}`;
