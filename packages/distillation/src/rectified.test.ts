import { l2 } from "@eddyflow/losses";
import type { VelocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { euler, integrate, midpoint, uniformTimes } from "@eddyflow/samplers";
import {
  add,
  dispose,
  div,
  grad,
  memory,
  mul,
  scalar,
  sub,
  type Tensor,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { along, batchOf, gaussian, m, midpointFactor, numberOf } from "./gaussian.test.helpers.ts";
import { rectified } from "./rectified.ts";

const at = { key: key(1), step: 0 };
const batch = batchOf(0);
const steps = 4;
const options = { teacher: gaussian, tableau: midpoint, times: uniformTimes(steps), norm: l2() };

/** The velocity m + (P − 1)z of the lines from z to m + Pz, as a function of their points; plus θ. */
const straight = (product: number): VelocityNetwork => ({
  init: () => ({ theta: scalar(0) }),
  apply: ({ theta }, x, _, time) => {
    const t = along(time);
    const noise = div(sub(x, mul(t, m)), add(sub(1, t), mul(t, product)));
    return add(add(m, mul(product - 1, noise)), theta as Tensor);
  },
});

test("the loss is zero at the velocity of the lines from noise to the teacher's end points", async () => {
  const product = await midpointFactor(steps);
  const network = straight(product);
  const objective = rectified(network, options);
  const sets = { student: { theta: scalar(0) }, teacher: {} };
  const before = memory().numTensors;
  const targets = await objective.targets(sets, batch, at);
  const { loss } = objective.loss(sets, targets);
  expect(await numberOf(loss)).toBeLessThan(1e-10);
  dispose([loss, ...Object.values(targets)]);
  expect(memory().numTensors).toBe(before);

  // With θ for an error the loss is θ² and its derivative 2θ; the lines of the exact flow are others.
  const wrong = { student: { theta: scalar(0.3) }, teacher: {} };
  const same = await objective.targets(wrong, batch, at);
  const byTheta = grad((theta: Tensor) => objective.loss({ student: { theta } }, same).loss);
  expect(await numberOf(byTheta(scalar(0.3)))).toBeCloseTo(0.6, 4);
  expect(await numberOf(byTheta(scalar(0)))).toBeCloseTo(0, 5);
});

test("one Euler step of that velocity goes where the teacher's steps go", async () => {
  const noise = normalTensor(key(7), [8, 2, 2, 1]);
  const run = (network: VelocityNetwork, params: object, how: object) =>
    integrate((x, y, t) => network.apply(params as never, x, y, t), noise, null, how as never);
  const own = run(
    straight(await midpointFactor(steps)),
    { theta: scalar(0) },
    { tableau: euler, times: [0, 1] },
  );
  const taught = run(gaussian, {}, { tableau: midpoint, times: uniformTimes(steps) });
  expect(await own.data()).toBeAllclose(await taught.data(), { atol: 1e-5 });
});

test("the data serve as a condition alone", async () => {
  const objective = rectified(gaussian, options);
  const sets = { student: {}, teacher: {} };
  const first = await objective.targets(sets, batch, at);
  const other = await objective.targets(sets, { previous: null, next: zeros([8, 2, 2, 1]) }, at);
  expect(await first.velocity.data()).toEqual(await other.velocity.data());
  const conditioned = await objective.targets(sets, { ...batch, previous: batch.next }, at);
  expect(conditioned.y?.shape).toEqual([8, 2, 2, 1]);
});

test("a missing teacher is refused", () => {
  expect(() => rectified(gaussian, options).targets({ student: {} }, batch, at)).toThrow(
    /no parameters named "teacher"/,
  );
});
