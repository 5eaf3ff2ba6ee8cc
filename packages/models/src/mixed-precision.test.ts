import { isEddyflowError, type Params, type Precision } from "@eddyflow/core";
import { adamStep, concatenateChannels, toFullPrecision, toLowPrecision } from "@eddyflow/ops";
import { key, normalTensor } from "@eddyflow/random";
import {
  dispose,
  mean,
  memory,
  mul,
  scalar,
  slice,
  square,
  sub,
  type Tensor,
  tidy,
  valueAndGrads,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { uNet } from "./u-net.ts";

const options = {
  features: [16, 24],
  inChannels: 3,
  outChannels: 2,
  padding: ["periodic", "zero"],
} as const;
const networks = { float32: uNet(options), mixed: uNet(options, { precision: "mixed" }) };

/** Why this processor has no mixed precision, or null. */
let refusal: string | null = null;
/** Whether the backend's low precision is lower than float32. */
let rounds = false;

beforeAll(() => {
  const between = 1 + 2 ** -12;
  tidy(() => {
    try {
      const [value] = toFullPrecision(toLowPrecision(scalar(between))).dataSync();
      rounds = value === 1;
    } catch (error) {
      if (!isEddyflowError(error, "BackendError")) throw error;
      refusal = error.message;
    }
  });
});

/** Products and differences of neighbouring channels: smooth and nonlinear. */
const targetOf = (x: Tensor): Tensor =>
  tidy(() => {
    const [a, b] = [0, 1].map((channel) =>
      slice(x, [0, 0, 0, channel], [...x.shape.slice(0, -1), 1]),
    ) as [Tensor, Tensor];
    return concatenateChannels([mul(a, b), sub(a, b)]);
  });

function lossAndGradients(params: Params, x: Tensor, precision: Precision) {
  const names = Object.keys(params);
  const { value, grads } = tidy(() =>
    valueAndGrads((...list: Tensor[]) => {
      const own = Object.fromEntries(list.map((each, i) => [names[i], each as Tensor]));
      return mean(square(sub(networks[precision].apply(own, x), targetOf(x))));
    })(Object.values(params)),
  );
  return {
    loss: value,
    gradients: Object.fromEntries(names.map((name, i) => [name, grads[i] as Tensor])),
  };
}

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

test("gradients in mixed precision point where those in float32 do", async ({ skip }) => {
  skip(refusal !== null, refusal ?? "");
  const before = memory().numTensors;
  const params = networks.float32.init(key(1));
  const x = normalTensor(key(2), [2, 16, 16, 3]);
  const exact = lossAndGradients(params, x, "float32");
  const mixed = lossAndGradients(params, x, "mixed");
  let [product, ownSquare, exactSquare] = [0, 0, 0];
  for (const name of Object.keys(params)) {
    const [own, reference] = [mixed, exact].map(({ gradients }) => gradients[name]) as [
      Tensor,
      Tensor,
    ];
    expect(own.shape).toEqual(reference.shape);
    const [a, b] = [await own.data(), await reference.data()] as [Float32Array, Float32Array];
    product += dot(a, b);
    ownSquare += dot(a, a);
    exactSquare += dot(b, b);
    const error = Math.sqrt((dot(a, a) - 2 * dot(a, b) + dot(b, b)) / dot(b, b));
    expect(error).toBeLessThan(0.2);
  }
  expect(product / Math.sqrt(ownSquare * exactSquare)).toBeGreaterThan(0.999);
  const [a, b] = [(await mixed.loss.data())[0], (await exact.loss.data())[0]] as [number, number];
  if (rounds) expect(a).not.toBe(b);
  expect(Math.abs(a / b - 1)).toBeLessThan(5e-3);
  dispose([params, x, exact, mixed] as never);
  expect(memory().numTensors).toBe(before);
});

test("training in mixed precision comes as far as in float32", { tags: ["slow"] }, async ({
  skip,
}) => {
  skip(refusal !== null, refusal ?? "");
  skip(!rounds, "this backend computes in float32 all the same");
  const steps = 40;
  const trained = async (precision: Precision): Promise<number[]> => {
    let params = networks[precision].init(key(1));
    const state = { first: {} as Params, second: {} as Params };
    for (const moment of ["first", "second"] as const) {
      state[moment] = Object.fromEntries(
        Object.entries(params).map(([name, p]) => [name, zerosLike(p)]),
      );
    }
    const losses: number[] = [];
    for (let step = 1; step <= steps; step++) {
      const x = normalTensor(key(step % 4), [2, 16, 16, 3]);
      const { loss, gradients } = lossAndGradients(params, x, precision);
      const next = adamStep({
        params,
        gradients,
        ...state,
        learningRate: 3e-3,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        step,
        clipNorm: 1,
      });
      params = next.params;
      Object.assign(state, { first: next.first, second: next.second });
      losses.push((await loss.data())[0] as number);
      dispose([x, loss, next.norm, next.skipped]);
    }
    dispose([params, state] as never);
    return losses;
  };
  const [exact, mixed] = [await trained("float32"), await trained("mixed")];
  const end = (losses: number[]): number => losses.slice(-4).reduce((sum, loss) => sum + loss, 0);
  expect(end(exact) / 4).toBeLessThan(0.3 * (exact[0] as number));
  expect(end(mixed) / end(exact)).toBeLessThan(1.15);
});
