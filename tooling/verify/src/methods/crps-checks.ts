import { type AlmostFairCrpsOptions, ensembleCrps } from "@eddyflow/losses";
import type { DirectNetwork } from "@eddyflow/models";
import { key } from "@eddyflow/random";
import {
  add,
  dispose,
  div,
  erf,
  exp,
  mul,
  square,
  sub,
  type Tensor,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { computedOnce } from "../check.ts";
import { atSolution, errorsFrom, largestErrors } from "./at-solution.ts";
import { chainError } from "./chain-error.ts";
import { chainsOf, meanAfter, spread } from "./gaussian-chain.ts";
import { disturbance, undisturbed } from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedAverage } from "./trained-average.ts";

type Score = Required<AlmostFairCrpsOptions>;

const threeMembers: Score = { members: 3, alpha: 0.95 };
const twoMembers: Score = { members: 2, alpha: 0.95 };
const fair: Score = { members: 2, alpha: 1 };

/** q = 1 − ε. */
const shrunk = ({ members, alpha }: Score): number => 1 - (1 - alpha) / members;

/** The conditional mean + around(z), disturbed by a + bz + c·third(z, y). */
const membersOf = (
  around: (z: Tensor) => Tensor,
  third: (z: Tensor, y: Tensor) => Tensor,
): DirectNetwork => ({
  init: undisturbed,
  apply: (params, z, y) =>
    add(add(meanAfter(y as Tensor), around(z)), disturbance(params, z, third(z, y as Tensor))),
});
const normal = (deviation: number): DirectNetwork =>
  membersOf(
    (z) => mul(deviation, z),
    (_, y) => y,
  );

/** Φ and its derivative. */
const cumulative = (x: Tensor): Tensor => mul(0.5, add(1, erf(mul(Math.SQRT1_2, x))));
const density = (x: Tensor): Tensor => mul(1 / Math.sqrt(2 * Math.PI), exp(mul(-0.5, square(x))));

/** Φ⁻¹(ε/2 + qΦ(z)) by Newton's steps, none of which goes too far from 0: Φ is concave above it and convex below. */
const trimmed = (q: number, z: Tensor): Tensor => {
  const wanted = add((1 - q) / 2, mul(q, cumulative(z)));
  let x: Tensor = zerosLike(z);
  for (let i = 0; i < 8; i++) x = sub(x, div(sub(cumulative(x), wanted), density(x)));
  return x;
};
const best = membersOf(
  (z) => mul(spread, trimmed(shrunk(twoMembers), z)),
  (z) => mul(z, square(z)),
);

/** What is left of N(0, 1) between −c and c, where erf(c/√2) = q = .975: its deviation, and its score. */
const [cut, erfOfCut] = [2.2414027276049464, 0.9984746772420111];
const leftDeviation = Math.sqrt(
  1 - (Math.sqrt(2 / Math.PI) * cut * Math.exp(-(cut ** 2) / 2)) / shrunk(twoMembers),
);
const leastOfAll = (spread * erfOfCut) / (shrunk(twoMembers) * Math.sqrt(Math.PI));

/** The best deviation of normal members, and their score. */
const bestDeviation = (q: number): number => (q * spread) / Math.sqrt(2 - q ** 2);
const leastOfNormal = (q: number): number => spread * Math.sqrt((2 - q ** 2) / Math.PI);

const sampling = { batches: 64, count: 2048, batchOf: chainsOf(1) };
const at = (score: Score, network: DirectNetwork) =>
  atSolution(ensembleCrps(network, score), sampling);

const atMinimum = (
  score: Score,
  { members, least, network }: { members: string; least: number; network: DirectNetwork },
): CheckGroup["checks"] => {
  const found = computedOnce(() => at(score, network));
  const which = `${members}, ${score.members} with α = ${score.alpha},`;
  return [
    {
      name: `loss of ${which} from its minimum, in standard errors`,
      measure: async () => ({
        value: errorsFrom(least, (await found()).loss),
        bound: 4,
      }),
    },
    {
      name: `gradient of ${which} from 0, in standard errors`,
      measure: async () => {
        const { gradient } = await found();
        return { value: largestErrors(gradient), bound: 4 };
      },
    },
  ];
};
const atNormalMinimum = (score: Score): CheckGroup["checks"] =>
  atMinimum(score, {
    members: "normal members of the best deviation",
    least: leastOfNormal(shrunk(score)),
    network: normal(bestDeviation(shrunk(score))),
  });

/**
 * The almost fair CRPS of members with the distribution F against a truth with G, with q = 1 − ε = 1 − (1 − α)/M: its
 * expectation ∫ (F + G − 2FG − qF(1 − F)) is least at F = (G − ε/2)/q, within [0, 1], which is the truth without the
 * outer ε/2 on either side. For G = N(0, 1) it is erf(c)/(q√π) there, with erf(c/√2) = q. Of all normal members those
 * of the deviation q/√(2 − q²) are best; their score is √((2 − q²)/π). At the truth's own its slope is ε/√π.
 */
export const crpsChecks: CheckGroup = {
  name: "crps",
  checks: [
    ...atMinimum(twoMembers, {
      members: "members like the truth without its tails",
      least: leastOfAll,
      network: best,
    }),
    ...atNormalMinimum(threeMembers),
    ...atNormalMinimum(fair),
    {
      name: "slope in the deviation at the truth's own from (1 − α)/(2√π), in standard errors",
      measure: async () => {
        const { gradient } = await at(twoMembers, normal(spread));
        const expected = (1 - shrunk(twoMembers)) / Math.sqrt(Math.PI);
        return { value: errorsFrom(expected, gradient[1] as never), bound: 4 };
      },
    },
    {
      name: "mean and deviation of a trained network's members from those of the minimum, over the truth's",
      trains: true,
      measure: async (most) => {
        const network = pointNetwork(1);
        const generator: DirectNetwork = {
          init: network.init,
          apply: (params, z, y) => network.apply(params, z, null, y as Tensor),
        };
        const params = await trainedAverage({
          most,
          objective: ensembleCrps(generator, twoMembers),
          init: generator.init(key(1)),
          batchOf: chainsOf(1),
        });
        const value = await chainError(
          (z, y) => generator.apply(params, z, y),
          spread * leftDeviation,
        );
        dispose(params);
        return { value, bound: 0.02 };
      },
    },
  ],
};
