import type { Batch, Objective, ParamSets, Params } from "@eddyflow/core";
import {
  dyadicIncrements,
  flowLagrangian,
  incrementsBetween,
  meanFlow,
  progressive,
  semigroup,
  trajectory,
} from "@eddyflow/distillation";
import { flowMatching, l2 } from "@eddyflow/losses";
import { copyParams, flowMap, meanVelocityMap } from "@eddyflow/models";
import { euler, integrate, jump, midpoint, uniformTimes } from "@eddyflow/samplers";
import type { Tensor } from "@tensorflow/tfjs-core";
import { drawPairs, keptPaths, pathSteps } from "./kept-paths.ts";
import { mapFromVelocity, pointMap, pointVelocity } from "./point-network.ts";

/** Network evaluations at which samples are drawn. */
export const budgets = [1, 2, 4, 8, 16] as const;

/** From noise `[batch, 2]` to samples, and how many evaluations that takes. */
export interface BoardSampler {
  readonly nfe: number;
  readonly sample: (noise: Tensor) => Tensor;
}

/** One training: what it minimises, what it begins with, and for how many of the iterations. */
export interface BoardTraining {
  readonly objective: Objective<Readonly<Record<string, Tensor>>>;
  readonly init: Params;
  readonly frozen?: ParamSets;
  readonly iterations: number;
  /** What it learns from in place of points of the board: makes them, then gives the batch of each step. */
  readonly batches?: () => Promise<(step: number) => Batch>;
}

export interface BoardContext {
  readonly iterations: number;
  readonly seed: number;
  /** Weights of `pointVelocity`. */
  readonly teacher: Params;
  readonly train: (training: BoardTraining) => Promise<Params>;
}

export interface BoardMethod {
  readonly name: string;
  /** What is trained, in a line. */
  readonly about: string;
  readonly samplers: (context: BoardContext) => Promise<readonly BoardSampler[]>;
}

const norm = l2();

const eulerOf = (params: Params, steps: number): BoardSampler => ({
  nfe: steps,
  sample: (noise) =>
    integrate((x, y, t) => pointVelocity.apply(params, x, y, t), noise, null, {
      tableau: euler,
      times: uniformTimes(steps),
    }),
});

/** x + δu in equal jumps. */
const jumpsOf = (params: Params): readonly BoardSampler[] =>
  budgets.map((nfe) => ({
    nfe,
    sample: (noise) => jump(meanVelocityMap(pointMap, params), noise, null, uniformTimes(nfe)),
  }));

/** A mean velocity that begins as the teacher's velocity. */
const mapMethod = (
  name: string,
  about: string,
  objective: Objective<Readonly<Record<string, Tensor>>>,
): BoardMethod => ({
  name,
  about,
  samplers: async ({ iterations, teacher, train }) =>
    jumpsOf(
      await train({
        ...{ objective, iterations },
        init: mapFromVelocity(teacher),
        frozen: { teacher },
      }),
    ),
});

/** The objective of the teacher, which all others begin from. */
export const teacherObjective = flowMatching(pointVelocity, { norm });

/** The teacher itself, by Euler's method. */
const undistilled: BoardMethod = {
  name: "teacher",
  about: "flow matching, Euler steps",
  samplers: async ({ teacher }) => budgets.map((steps) => eulerOf(teacher, steps)),
};

/** Stage after stage with half as many Euler steps; the first learns from midpoint steps of the teacher. */
const progressiveStages: BoardMethod = {
  name: "progressive",
  about: "five stages from 16 Euler steps to one, a student for each",
  samplers: async ({ iterations, teacher, train }) => {
    const stages = budgets.toReversed();
    const found: BoardSampler[] = [];
    let before = teacher;
    for (const [stage, steps] of stages.entries()) {
      before = await train({
        objective: progressive(pointVelocity, {
          increments: incrementsBetween(uniformTimes(steps)),
          ...{ substeps: 2, norm, tableau: stage === 0 ? midpoint : euler },
        }),
        init: copyParams(before),
        frozen: { teacher: before },
        iterations: Math.round(iterations / stages.length),
      });
      found.unshift(eulerOf(before, steps));
    }
    return found;
  },
};

/** One evaluation for one jump, two for each of several. */
const semigroupMap: BoardMethod = {
  name: "semigroup",
  about: "x + δv + δ²(φ − v), five dyadic levels",
  samplers: async ({ iterations, teacher, train }) => {
    const params = await train({
      objective: semigroup(pointMap, pointVelocity, {
        ...{ norm, increments: dyadicIncrements({ levels: 5 }) },
      }),
      init: mapFromVelocity(teacher),
      frozen: { velocity: teacher },
      iterations,
    });
    const map = flowMap(pointMap, params, (x, y, t) => pointVelocity.apply(teacher, x, y, t));
    return [1, 2, 4, 8].map((jumps) => ({
      nfe: jumps === 1 ? 1 : 2 * jumps,
      sample: (noise) => jump(map, noise, null, uniformTimes(jumps)),
    }));
  },
};

const trajectoryMap: BoardMethod = {
  name: "trajectory",
  about: "x + δu, pairs of points of kept teacher paths, a quarter of them noise and end",
  samplers: async ({ iterations, seed, teacher, train }) =>
    jumpsOf(
      await train({
        objective: trajectory(pointMap, {
          ...{ teacher: pointVelocity, tableau: midpoint, times: uniformTimes(pathSteps), norm },
          pairs: drawPairs,
        }),
        init: mapFromVelocity(teacher),
        iterations,
        batches: () => keptPaths(teacher, seed),
      }),
    ),
};

/** In the order in which they are compared. */
export const boardMethods: readonly BoardMethod[] = [
  undistilled,
  progressiveStages,
  semigroupMap,
  trajectoryMap,
  mapMethod(
    "lagrangian",
    "x + δu, ∂X/∂δ = v(X, t + δ), from points on the path",
    flowLagrangian(pointMap, pointVelocity, { norm, start: "path" }),
  ),
  mapMethod(
    "mean flow",
    "x + δu, the derivative along the path",
    meanFlow(pointMap, pointVelocity, { norm }),
  ),
];
