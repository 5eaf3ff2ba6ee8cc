import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { called, comparedTime, inSeries, significant } from "./wording.ts";

/**
 * How the solver stands to the models, in time and in skill; nothing where there is no solver.
 *
 * @param preferred - the models whose times are compared with the solver's; the first timed one where there are none.
 */
export function solverFindings(
  { contestants }: Evaluation,
  preferred: readonly ContestantEvaluation[],
): string[] {
  const solver = contestants.find(({ kind }) => kind === "solver");
  if (solver === undefined) return [];
  const models = contestants.filter(({ kind }) => kind === "model");
  const solverMs = solver.msPerStep;
  const timed = models.filter((model) => model.msPerStep !== null);
  const chosen = preferred.filter((model) => model.msPerStep !== null);
  const sentences: string[] = [];
  if (solverMs !== null && timed.length > 0) {
    const others = (chosen.length > 0 ? chosen : timed.slice(0, 1)).map(
      ({ name, msPerStep }) => `${called(name)} is ${comparedTime(solverMs, msPerStep as number)}`,
    );
    sentences.push(
      `The solver (${solver.description}, one trajectory at a time) takes ${significant(solverMs)} ms for the same step: ${inSeries(others)}.`,
    );
  }
  const [best] = models
    .filter((model) => Number.isFinite(crps(model)))
    .toSorted((a, b) => crps(a) - crps(b));
  if (solver.oneStep === null || best === undefined) return sentences;
  const worse = solver.oneStep.crps > crps(best);
  sentences.push(
    `From the same observed state, the solver’s forecast is ${worse ? `worse than ${called(best.name)}’s` : "at least as good as any model’s"}: its one-step CRPS is ${significant(solver.oneStep.crps)}; ${called(best.name)}’s is ${significant(crps(best))}.`,
  );
  const fastest = Math.min(...timed.map((model) => model.msPerStep as number));
  if (solverMs === null || solverMs > fastest) return sentences;
  sentences.push(
    worse
      ? "The solver wins on time: no model is faster here."
      : "Here the solver wins: it is faster and at least as accurate as every model.",
  );
  return sentences;
}

const crps = ({ oneStep }: ContestantEvaluation): number =>
  oneStep?.crps ?? Number.POSITIVE_INFINITY;
