import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";

/** Three significant digits: the precision in which errors and times are read. */
export function significant(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return "diverges";
  if (size === 0) return "0";
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size))));
}

/** A count with its noun: "1 pair", "2 pairs". */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** A contestant's name as a sentence has it. */
export const called = (name: string): string => (name === "teacher" ? "the teacher" : name);

/** The contestant that the others are compared with, where there is one. */
export const referenceOf = ({ contestants, reference }: Evaluation): ContestantEvaluation | null =>
  contestants.find((contestant) => contestant.name === reference) ?? null;
