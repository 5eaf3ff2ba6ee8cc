import type { Batch, Objective, ParamSets } from "@eddyflow/core";
import { keyFor } from "@eddyflow/random";
import { dispose, engine, type Scalar, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { disturbanceNames, pointsOf, undisturbed } from "./gaussian-flow.ts";

type AnyObjective = Objective<Readonly<Record<string, Tensor>>>;

interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** The batch of a step, of `count` points. The caller disposes it. */
export type BatchOf = (step: number, count: number) => Batch;

/** Over `batches` batches, each of `count` points; unless given, of points without a condition. */
export interface Sampling {
  readonly batches?: number;
  readonly count?: number;
  readonly batchOf?: BatchOf;
}

function estimateOf(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/**
 * Loss and gradient, in the directions of the disturbance of the set that is trained, of an objective at its solution: mean
 * and standard error over independent batches of Gaussian data.
 */
export async function atSolution(
  objective: AnyObjective,
  { batches = 16, count = 1024, batchOf = pointsOf }: Sampling = {},
): Promise<{ readonly loss: Estimate; readonly gradient: readonly Estimate[] }> {
  const own = undisturbed();
  const others: ParamSets = { student: {}, discriminator: {}, teacher: {}, velocity: {} };
  const sets: ParamSets = { ...others, [objective.trains]: own };
  const rows: number[][] = [];
  for (let step = 0; step < batches; step++) {
    const batch = batchOf(step, count);
    const targets = await objective.targets(sets, batch, { key: keyFor(23, "draws", step), step });
    const found = tidy(() => {
      const { value, grads } = engine().gradients(
        () => objective.loss(sets, targets).loss,
        disturbanceNames.map((name) => own[name] as Tensor),
      );
      return [value, ...grads] as Scalar[];
    });
    rows.push(await Promise.all(found.map(async (each) => (await each.data())[0] as number)));
    dispose([found, batch, targets] as never);
  }
  dispose(own);
  const column = (i: number) => estimateOf(rows.map((row) => row[i] as number));
  return { loss: column(0), gradient: disturbanceNames.map((_, i) => column(i + 1)) };
}

/** How many standard errors a mean lies from what is expected. */
export const errorsFrom = (expected: number, { mean, standardError }: Estimate): number =>
  Math.abs(mean - expected) / standardError;

/** The largest component of the mean gradient. */
export const largest = (gradient: readonly Estimate[]): number =>
  Math.max(...gradient.map(({ mean }) => Math.abs(mean)));

/** The largest component of the mean gradient, in standard errors from 0. */
export const largestErrors = (gradient: readonly Estimate[]): number =>
  Math.max(...gradient.map((each) => errorsFrom(0, each)));
