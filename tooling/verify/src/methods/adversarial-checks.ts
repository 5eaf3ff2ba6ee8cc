import type { Params } from "@eddyflow/core";
import { adversarial } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import type { DiscriminatorNetwork, VelocityNetwork } from "@eddyflow/models";
import { key } from "@eddyflow/random";
import { midpoint, uniformTimes } from "@eddyflow/samplers";
import { add, mul, square, sub, type Tensor, zeros, zerosLike } from "@tensorflow/tfjs-core";
import { atSolution, errorsFrom, largest } from "./at-solution.ts";
import { disturbance, exactTeacher, m, midpointFactor, s, undisturbed } from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedError } from "./trained-error.ts";

const steps = 8;
const options = {
  teacher: exactTeacher,
  tableau: midpoint,
  times: uniformTimes(steps),
  norm: l2(),
  distillation: 10,
  penalty: 0,
  noise: 0.05,
};

/** A student that goes to shift + slope·x₀, and may be disturbed. */
const goesTo = (shift: number, slope: number): VelocityNetwork => ({
  init: undisturbed,
  apply: (params, x, _, t) => {
    const exact = add(shift, mul(slope - 1, x));
    return "a" in params ? add(exact, disturbance(params, x, t)) : exact;
  },
});

/** D(x), and a + bx + cx² where it may be disturbed. */
const judging = (logit: (x: Tensor) => Tensor): DiscriminatorNetwork => ({
  init: undisturbed,
  apply: ({ a, b, c }: Params, _, x) => {
    if (a === undefined) return logit(x);
    const own = add(add(mul(c as Tensor, square(x)), mul(b as Tensor, x)), a);
    return add(logit(x), own);
  },
});

const undecided = judging(zerosLike);
const taught = adversarial(goesTo(m, midpointFactor(0, 1, steps)), undecided, options);
const alike = adversarial(goesTo(m, s), undecided, options);

/** Where the student goes to N(a, b²). */
const [a, b] = [1, 0.7];
const ratio = adversarial(
  goesTo(a, b),
  judging((x) => {
    const distance = (from: number, deviation: number) =>
      mul(square(sub(x, from)), 0.5 / deviation ** 2);
    return add(Math.log(b / s), sub(distance(a, b), distance(m, s)));
  }),
  options,
);

const worst = async (objective: typeof alike.discriminator) => {
  const { gradient } = await atSolution(objective);
  // By a constant the loss of D = 0 does not change in any batch.
  return Math.max(
    ...gradient.map((each) => (Math.abs(each.mean) < 1e-6 ? 0 : errorsFrom(0, each))),
  );
};

const trained = (
  changed: Partial<typeof options>,
  { compare, bound }: { readonly compare: "map" | "moments"; readonly bound: number },
  most: number | undefined,
) => {
  const network = pointNetwork(1);
  const judge = pointNetwork(0);
  const { student, discriminator } = adversarial(
    network,
    { init: judge.init, apply: (params, y, x) => judge.apply(params, x, y) },
    { ...options, ...changed },
  );
  return trainedError({
    objective: student,
    init: network.init(key(1)),
    opponent: { objective: discriminator, init: judge.init(key(2)) },
    sample: (params, noise) =>
      add(noise, network.apply(params, noise, null, zeros([noise.shape[0] as number]))),
    compare,
    bound,
    most,
  });
};

/** A student of one Euler step and a discriminator of points, on Gaussians whose log-ratio is known. */
export const adversarialChecks: CheckGroup = {
  name: "adversarial",
  checks: [
    {
      name: "student's loss at the teacher's end points under D = 0, from ln 2",
      measure: async () => {
        const { loss } = await atSolution(taught.student);
        return { value: Math.abs(loss.mean - Math.LN2), bound: 1e-6 };
      },
    },
    {
      name: "student's gradient there, zero to rounding",
      measure: async () => ({
        value: largest((await atSolution(taught.student)).gradient),
        bound: 1e-4,
      }),
    },
    {
      name: "discriminator's loss at D = 0, from 2 ln 2",
      measure: async () => {
        const { loss } = await atSolution(alike.discriminator);
        return { value: Math.abs(loss.mean - 2 * Math.LN2), bound: 1e-6 };
      },
    },
    {
      name: "its gradient there, with states distributed as the data, in standard errors from 0",
      measure: async () => ({ value: await worst(alike.discriminator), bound: 4 }),
    },
    {
      name: "its gradient at the log-ratio of two Gaussian densities, in standard errors from 0",
      measure: async () => ({ value: await worst(ratio.discriminator), bound: 4 }),
    },
    {
      name: "end points of a trained network in one Euler step from the exact map, over s",
      trains: true,
      measure: (most) => trained({ penalty: 1 }, { compare: "map", bound: 0.02 }, most),
    },
    {
      // Nothing pairs noise and end point there, so that only their distributions can be compared.
      name: "mean and deviation of end points without the teacher, from those of the data, over s",
      trains: true,
      measure: (most) =>
        trained({ distillation: 0, penalty: 5 }, { compare: "moments", bound: 0.1 }, most),
    },
  ],
};
