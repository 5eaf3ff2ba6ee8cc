import type { Dynamics, NetworkDescription, NetworkKind } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import { add, dispose, type Tensor, type Tensor1D, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { dynamicsOf } from "./dynamics-of.ts";
import { meanVelocityMap } from "./flow-map.ts";
import { directNetwork, meanVelocityNetwork } from "./networks.ts";

const options = {
  stateChannels: 1,
  conditionChannels: 2,
  features: [3],
  padding: ["periodic", "periodic"],
} as const;
const described = (kind: NetworkKind): NetworkDescription => ({ kind, ...options });

test("a mean velocity carries a state by x + δu, in one evaluation for each δ", async () => {
  const network = meanVelocityNetwork(options);
  const params = network.init(key(1));
  const x = normalTensor(key(2), [2, 4, 4, 1]);
  const y = normalTensor(key(3), [2, 4, 4, 2]);
  const t = tensor1d([0, 0.5]) as Tensor1D;
  const delta = tensor1d([0.5, 0.25]) as Tensor1D;
  let evaluations = 0;
  const counted: typeof network = {
    ...network,
    apply: (...args) => {
      evaluations++;
      return network.apply(...args);
    },
  };
  const end = meanVelocityMap(counted, params)(x, y, t, delta);
  expect(evaluations).toBe(1);
  const u = network.apply(params, x, y, t, delta);
  const [from, mean] = [await x.data(), await u.data()];
  (await end.data()).forEach((value, i) => {
    expect(value).toBeCloseTo((from[i] as number) + (i < 16 ? 0.5 : 0.25) * (mean[i] as number), 5);
  });
  const dynamics = dynamicsOf({ student: described("mean-velocity") }, { student: params });
  expect(dynamics.kind).toBe("map");
  dispose([x, y, t, delta, end, u, params] as never);
});

const nextOf = (dynamics: Dynamics) => {
  if (dynamics.kind !== "direct") throw new Error(`${dynamics.kind} is not direct`);
  return dynamics.next;
};

test("a generator hears its noise, a predictor does not", async () => {
  const y = normalTensor(key(3), [1, 4, 4, 2]);
  const [a, b] = [4, 5].map((seed) => normalTensor(key(seed), [1, 4, 4, 1])) as [Tensor, Tensor];
  for (const [kind, hears] of [
    ["generator", true],
    ["predictor", false],
  ] as const) {
    const params = directNetwork({ kind, ...options }).init(key(1));
    const next = nextOf(dynamicsOf({ student: described(kind) }, { student: params }));
    const [first, second] = [next(a, y), next(b, y)];
    const [left, right] = [await first.data(), await second.data()];
    expect(left.some((value, i) => value !== right[i])).toBe(hears);
    dispose([first, second, params] as never);
  }
  dispose([y, a, b]);
});

test("a model without a student is refused", () => {
  const velocity = add(0, 0);
  expect(() => dynamicsOf({}, { velocity: { velocity } })).toThrow(/has no network to run/);
  velocity.dispose();
});
