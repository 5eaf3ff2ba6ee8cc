import { type AlmostFairCrpsOptions, ensembleCrps } from "@eddyflow/losses";
import type { DirectNetwork } from "@eddyflow/models";
import { key } from "@eddyflow/random";
import { add, dispose, mul, type Tensor } from "@tensorflow/tfjs-core";
import { atSolution, errorsFrom } from "./at-solution.ts";
import { chainError } from "./chain-error.ts";
import { chainsOf, meanAfter, spread } from "./gaussian-chain.ts";
import { disturbance, undisturbed } from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedAverage } from "./trained-average.ts";

type Score = Required<AlmostFairCrpsOptions>;

/** 1 − ε. */
const shrunk = ({ members, alpha }: Score): number => 1 - (1 - alpha) / members;

/** The deviation of members at the minimum, and the minimum. */
const best = (score: Score): number => (shrunk(score) * spread) / Math.sqrt(2 - shrunk(score) ** 2);
const least = (score: Score): number => spread * Math.sqrt((2 - shrunk(score) ** 2) / Math.PI);

/** Members of this deviation around the conditional mean, disturbed by a + bz + cy. */
const membersOf = (deviation: number): DirectNetwork => ({
  init: undisturbed,
  apply: (params, z, y) =>
    add(add(meanAfter(y as Tensor), mul(deviation, z)), disturbance(params, z, y as Tensor)),
});
const sampling = { batches: 64, count: 4096, batchOf: chainsOf(1) };
const at = (score: Score, deviation: number) =>
  atSolution(ensembleCrps(membersOf(deviation), score), sampling);

const almostFair = { members: 3, alpha: 0.95 };
const fair = { members: 2, alpha: 1 };
const usual = { members: 2, alpha: 0.95 };

const atMinimum = (score: Score): CheckGroup["checks"] => {
  const which = `of ${score.members} members with α = ${score.alpha}`;
  return [
    {
      name: `loss ${which} at its best deviation from the minimum, in standard errors`,
      measure: async () => ({
        value: errorsFrom(least(score), (await at(score, best(score))).loss),
        bound: 4,
      }),
    },
    {
      name: `gradient ${which} there from 0, in standard errors`,
      measure: async () => {
        const { gradient } = await at(score, best(score));
        return { value: Math.max(...gradient.map((each) => errorsFrom(0, each))), bound: 4 };
      },
    },
  ];
};

/**
 * The almost fair CRPS of members N(μ, σ²) against a truth N(μ, s²), with q = 1 − (1 − α)/M: its expectation
 * √(2(σ² + s²)/π) − qσ/√π is least at σ = qs/√(2 − q²), where it is s√((2 − q²)/π). At σ = s its slope is (1 − q)/√π, not 0.
 */
export const crpsChecks: CheckGroup = {
  name: "crps",
  checks: [
    ...atMinimum(almostFair),
    ...atMinimum(fair),
    {
      name: "slope in the deviation at the truth's own from (1 − α)/(2√π), in standard errors",
      measure: async () => {
        const { gradient } = await at(usual, spread);
        const expected = (1 - shrunk(usual)) / Math.sqrt(Math.PI);
        return { value: errorsFrom(expected, gradient[1] as never), bound: 4 };
      },
    },
    {
      name: "members of a trained network from the map to its best deviation, over the truth's",
      trains: true,
      measure: async () => {
        const network = pointNetwork(1);
        const generator: DirectNetwork = {
          init: network.init,
          apply: (params, z, y) => network.apply(params, z, null, y as Tensor),
        };
        const params = await trainedAverage({
          objective: ensembleCrps(generator, usual),
          init: generator.init(key(1)),
          batchOf: chainsOf(1),
          // Its targets are noisy, where those of a teacher are not.
          steps: 6000,
        });
        const value = await chainError((z, y) => generator.apply(params, z, y), best(usual));
        dispose(params);
        return { value, bound: 0.02 };
      },
    },
  ],
};
