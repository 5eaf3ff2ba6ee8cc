import { ArgumentError, type Key, type Padding, type Params } from "@eddyflow/core";
import { convolutionSum, padConvolutionRelu } from "@eddyflow/ops";
import { foldIn, uniformTensor } from "@eddyflow/random";
import { mul, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { lineBlock } from "./line.ts";

/** A block's name with its channels in and out. */
export type Block = readonly [name: string, inputs: number, outputs: number];

/**
 * The shape of every parameter of some blocks by name, in order: weights `[kw, in, out]`, `[kh, kw, in, out]` or
 * `[kd, kh, kw, in, out]`, biases `[out]`.
 */
export function blockShapes(
  blocks: readonly Block[],
  dimensions: number,
): Readonly<Record<string, readonly number[]>> {
  const kernel = (size: number): number[] => new Array<number>(dimensions).fill(size);
  const convolutions = blocks.flatMap(
    ([name, inputs, outputs]) =>
      [
        [`${name}.conv1`, [...kernel(3), inputs, outputs]],
        [`${name}.conv2`, [...kernel(3), outputs, outputs]],
        [`${name}.skip`, [...kernel(1), inputs, outputs]],
      ] as const,
  );
  return Object.fromEntries(
    convolutions.flatMap(([name, shape]) => [
      [`${name}.weight`, shape],
      [`${name}.bias`, shape.slice(-1)],
    ]),
  );
}

/**
 * Weights and biases as PyTorch draws them by default, uniform on ±1/√(fan-in), parameter i from foldIn(key, i). A bias
 * follows its weight. The caller disposes them.
 */
export const initParams = (shapes: Readonly<Record<string, readonly number[]>>, key: Key): Params =>
  tidy(() => {
    let bound = 0;
    const params: Record<string, Tensor> = {};
    for (const [i, [name, shape]] of Object.entries(shapes).entries()) {
      // A bias shares the bound of its weight.
      if (shape.length > 1) bound = 1 / Math.sqrt(product(shape.slice(0, -1)));
      const u = uniformTensor(foldIn(key, i), [...shape]);
      params[name] = mul(sub(mul(u, 2), 1), bound);
    }
    return params;
  });

const product = (xs: readonly number[]): number => xs.reduce((total, x) => total * x, 1);

/**
 * y = Conv1(x) + Conv3(relu(Conv3(pad₂(x)))), kernels of 1 and 3 per axis, with the parameters `<name>.…`. The result
 * has as many points as x. A line is given as a plane of one row, `[batch, 1, x, channel]`.
 *
 * @param weightOf - what is done to a weight before it is used.
 * @throws ArgumentError where a parameter is missing.
 */
export function residualBlock(
  name: string,
  x: Tensor,
  params: Params,
  {
    padding,
    weightOf = (weight) => weight,
  }: { readonly padding: readonly Padding[]; readonly weightOf?: (weight: Tensor) => Tensor },
): Tensor {
  const weight = (part: string) => weightOf(parameter(params, `${name}.${part}.weight`));
  const bias = (part: string) => parameter(params, `${name}.${part}.bias`);
  const [along] = padding;
  if (padding.length === 1 && along !== undefined) {
    const weights = [weight("conv1"), weight("conv2"), weight("skip")] as const;
    return lineBlock(x, { weights, biases: [bias("conv1"), bias("conv2"), bias("skip")] }, along);
  }
  return convolutionSum({
    x: padConvolutionRelu(x, weight("conv1"), bias("conv1"), { width: 2, padding }),
    weight: weight("conv2"),
    bias: bias("conv2"),
    skip: x,
    skipWeight: weight("skip"),
    skipBias: bias("skip"),
  });
}

/** @throws ArgumentError where it is missing. */
export function parameter(params: Params, name: string): Tensor {
  const tensor = params[name];
  if (tensor === undefined) {
    throw new ArgumentError({
      problem: `the parameters lack "${name}"`,
      expected: "the names that the network's own init gives",
      remedy: "use parameters of a network with the same features",
    });
  }
  return tensor;
}
