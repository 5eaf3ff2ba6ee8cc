import type { Padding, Params } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  concat,
  mean,
  reshape,
  type Scalar,
  slice,
  square,
  type Tensor,
  tidy,
  tile,
  valueAndGrads,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { discriminator } from "./discriminator.ts";
import { parameterCount } from "./parameter-count.ts";
import { uNet } from "./u-net.ts";

const rows = 8;

/** Weights of a network of planes that look along x alone: those of lines, between rows of zeros. */
const ofPlanes = (params: Params): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, weight]) => {
      if (weight.rank === 1) return [name, weight];
      const row = reshape(weight, [1, ...weight.shape]);
      const none = zeros(row.shape);
      return [name, weight.shape[0] === 1 ? row : concat([none, row, none], 0)];
    }),
  );

/** A line as a plane that is the same in every row. */
const asPlane = (x: Tensor): Tensor => {
  const [batch, n, channels] = x.shape as [number, number, number];
  return tile(reshape(x, [batch, 1, n, channels]), [1, rows, 1, 1]);
};

const options = { features: [2, 3, 4], inChannels: 2, outChannels: 3 } as const;

test.each<Padding>(["periodic", "zero", "reflect"])(
  "a U-Net of lines is that of planes whose rows are alike, gradients included, with %s padding",
  async (padding) => {
    const line = uNet({ ...options, padding: [padding] });
    const plane = uNet({ ...options, padding: ["periodic", padding] });
    const params = line.init(key(1));
    const x = normalTensor(key(2), [2, 16, 2]);
    const own = line.apply(params, x);
    const wide = tidy(() => plane.apply(ofPlanes(params), asPlane(x)));
    expect(own.shape).toEqual([2, 16, 3]);
    const other = tidy(() => slice(wide, [0, 1, 0, 0], [2, 1, 16, 3]));
    expect(await own.data()).toBeAllclose(await other.data(), { rtol: 1e-5, atol: 1e-5 });

    const names = Object.keys(params);
    const weights = names.map((name) => params[name] as Tensor);
    const named = (list: readonly Tensor[]): Params =>
      Object.fromEntries(names.map((name, i) => [name, list[i] as Tensor]));
    const ofLine = valueAndGrads(
      (...list: Tensor[]) => mean(square(line.apply(named(list), x))) as Scalar,
    )(weights);
    const ofPlane = valueAndGrads(
      (...list: Tensor[]) => mean(square(plane.apply(ofPlanes(named(list)), asPlane(x)))) as Scalar,
    )(weights);
    for (const [i, gradient] of ofLine.grads.entries()) {
      const wanted = await (ofPlane.grads[i] as Tensor).data();
      expect(await gradient.data()).toBeAllclose(wanted, { rtol: 1e-4, atol: 1e-6 });
    }
  },
);

test("a discriminator of lines gives one logit per patch, as that of planes does", async () => {
  const own = { stateChannels: 1, conditionChannels: 1, features: [2, 3] } as const;
  const line = discriminator({ ...own, padding: ["periodic"] });
  const plane = discriminator({ ...own, padding: ["periodic", "periodic"] });
  const params = line.init(key(3));
  const [y, x] = [normalTensor(key(4), [2, 8, 1]), normalTensor(key(5), [2, 8, 1])];
  const logits = line.apply(params, y, x);
  expect(logits.shape).toEqual([2, 4, 1]);
  const wide = tidy(() => plane.apply(ofPlanes(params), asPlane(y), asPlane(x)));
  const first = tidy(() => slice(wide, [0, 0, 0, 0], [2, 1, 4, 1]));
  expect(await logits.data()).toBeAllclose(await first.data(), { rtol: 1e-5, atol: 1e-5 });
});

test("a network of lines has about a third of the weights of one of planes", () => {
  const count = (padding: readonly Padding[]) =>
    parameterCount(
      uNet({ features: [16, 32, 48], inChannels: 3, outChannels: 1, padding }).init(key(0)),
    );
  expect(count(["periodic"]) / count(["periodic", "periodic"])).toBeCloseTo(0.37, 1);
});

test("lines that cannot be halved, or of other channels, are refused", () => {
  const line = uNet({ ...options, padding: ["periodic"] });
  const params = line.init(key(1));
  expect(() => line.apply(params, zeros([1, 10, 2]))).toThrow("cannot halve a field of 10 points");
  expect(() => line.apply(params, zeros([1, 4, 8, 2]))).toThrow("expected [batch, x, 2]");
  expect(() => uNet({ ...options, padding: [] })).toThrow("0 paddings");
});
