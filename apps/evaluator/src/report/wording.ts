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

/** What a sentence calls the reference, whichever of its budgets it is. */
export const referenceInWords = (evaluation: Evaluation): string =>
  called(referenceOf(evaluation)?.group ?? evaluation.reference ?? "the reference");

const longest = 30;

/** A name as a picture has room for it; the table has the whole one. */
export const inPicture = (name: string): string => {
  const letters = [...name];
  return letters.length <= longest ? name : `${letters.slice(0, longest - 1).join("")}…`;
};

/** A moment of a rollout: "t = 0.5". */
export const atTime = (step: number, frameInterval: number): string =>
  `t = ${Number((step * frameInterval).toPrecision(4))}`;

/** "a", "a and b", "a, b and c". */
export const inSeries = (parts: readonly string[]): string =>
  parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;

/** How a model's time compares with another's, who is named or was just spoken of. */
export function comparedTime(otherMs: number, ownMs: number, other: string | null = null): string {
  const factor = otherMs / ownMs;
  const than = other === null ? "" : ` than ${other}`;
  if (factor >= 1.05) return `${times(factor)} faster${than}`;
  if (factor <= 1 / 1.05) return `${times(1 / factor)} slower${than}`;
  return `as fast as ${other ?? "the solver"}`;
}

const times = (factor: number): string => `${factor.toFixed(factor < 10 ? 1 : 0)} times`;
