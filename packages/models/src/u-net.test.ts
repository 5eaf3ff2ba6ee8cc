import { readFile } from "node:fs/promises";
import { isEddyflowError, type Padding } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  mean,
  memory,
  reshape,
  type Scalar,
  square,
  type Tensor,
  tensor,
  tidy,
  transpose,
  valueAndGrads,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { parameterCount } from "./parameter-count.ts";
import { uNet, uNetShapes } from "./u-net.ts";

const options = {
  features: [2, 3],
  inChannels: 2,
  outChannels: 1,
  padding: ["periodic", "zero"],
} as const;
const network = uNet(options);

/** A field in Float64, one sample: [row][column][channel]. */
type Field = readonly (readonly (readonly number[])[])[];
type Weights = Readonly<Record<string, Float64Array>>;

const make = (ny: number, nx: number, at: (j: number, i: number) => number[]): Field =>
  Array.from({ length: ny }, (_, j) => Array.from({ length: nx }, (_, i) => at(j, i)));

const cell = (x: Field, j: number, i: number): readonly number[] => x[j]?.[i] ?? [];

/** The network again, written for one sample, point by point, with periodic rows and zeros beside columns. */
function naiveUNet(weights: Weights, input: Field): Field {
  const shapes = uNetShapes(options);
  const continued = (x: Field, j: number, i: number): readonly number[] => {
    const row = x[(j + x.length) % x.length] ?? [];
    return row[i] ?? cell(x, 0, 0).map(() => 0);
  };
  const convolve = (name: string, at: (j: number, i: number) => readonly number[]) => {
    const [size = 0, , inputs = 0, outputs = 0] = shapes[`${name}.weight`] ?? [];
    const [weight = [], bias = []] = [weights[`${name}.weight`], weights[`${name}.bias`]];
    return (j: number, i: number) =>
      Array.from({ length: outputs }, (_, o) => {
        let sum = bias[o] as number;
        for (let dj = 0; dj < size; dj++) {
          for (let di = 0; di < size; di++) {
            at(j + dj, i + di).forEach((value, c) => {
              const index = ((dj * size + di) * inputs + c) * outputs + o;
              sum += value * (weight[index] as number);
            });
          }
        }
        return sum;
      });
  };
  const rectified = (x: Field): Field =>
    x.map((row) => row.map((c) => c.map((v) => Math.max(0, v))));
  const block = (name: string, x: Field): Field => {
    const [ny, nx] = [x.length, x[0]?.length as number];
    // Padded by two, then two valid convolutions: the hidden field is two larger than x.
    const hidden = rectified(
      make(
        ny + 2,
        nx + 2,
        convolve(`${name}.conv1`, (j, i) => continued(x, j - 2, i - 2)),
      ),
    );
    const conv2 = convolve(`${name}.conv2`, (j, i) => cell(hidden, j, i));
    const skip = convolve(`${name}.skip`, (j, i) => cell(x, j, i));
    return make(ny, nx, (j, i) => {
      const residual = skip(j, i);
      return conv2(j, i).map((value, c) => value + (residual[c] as number));
    });
  };
  const first = block("first", input);
  const encoded = block("encoder.0", first);
  const pooled = make(first.length / 2, (first[0]?.length as number) / 2, (j, i) =>
    cell(encoded, 2 * j, 2 * i).map((value, c) =>
      Math.max(
        value,
        cell(encoded, 2 * j, 2 * i + 1)[c] as number,
        cell(encoded, 2 * j + 1, 2 * i)[c] as number,
        cell(encoded, 2 * j + 1, 2 * i + 1)[c] as number,
      ),
    ),
  );
  const bottom = block("bottleneck", pooled);
  const wide = make(first.length, first[0]?.length as number, (j, i) => [
    ...cell(bottom, Math.floor(j / 2), Math.floor(i / 2)),
  ]);
  const upsampled = block("upsample.0", wide);
  const joined = upsampled.map((row, j) => row.map((c, i) => [...c, ...cell(first, j, i)]));
  return block("final", rectified(block("decoder.0", joined)));
}

test("one sample comes out as from a network written point by point in Float64, gradients included", async () => {
  const params = network.init(key(1));
  const input = normalTensor(key(2), [1, 4, 6, 2]);
  const values = await input.data();
  const field = make(4, 6, (j, i) => [...values.slice((j * 6 + i) * 2, (j * 6 + i) * 2 + 2)]);
  const weights: Record<string, Float64Array> = {};
  for (const [name, parameter] of Object.entries(params)) {
    weights[name] = Float64Array.from(await parameter.data());
  }

  const output = network.apply(params, input);
  const expected = naiveUNet(weights, field).flat(2);
  expect(output.shape).toEqual([1, 4, 6, 1]);
  (await output.data()).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });

  const naiveLoss = () => {
    const errors = naiveUNet(weights, field).flat(2);
    return errors.reduce((sum, value) => sum + value ** 2, 0) / errors.length;
  };
  const names = Object.keys(params);
  const { grads } = valueAndGrads((...list: Tensor[]) =>
    lossOf(Object.fromEntries(list.map((each, i) => [names[i], each])), input),
  )(Object.values(params));
  for (const [i, name] of names.entries()) {
    const gradient = await (grads[i] as Tensor).data();
    const own = weights[name] as Float64Array;
    // One entry of each parameter, anywhere inside.
    const entry = (7 * own.length) >> 3;
    const [value, step] = [own[entry] as number, 1e-5];
    own[entry] = value + step;
    const ahead = naiveLoss();
    own[entry] = value - step;
    const behind = naiveLoss();
    own[entry] = value;
    expect(gradient[entry]).toBeCloseTo((ahead - behind) / (2 * step), 4);
  }
  for (const each of [...Object.values(params), ...grads, input, output]) each.dispose();
});

const lossOf = (params: Record<string, Tensor>, input: Tensor, unet = network): Scalar =>
  mean(square(unet.apply(params, input)));

/** Safetensors: a length, a JSON header, then the numbers. PyTorch's layout becomes ours. */
async function readReference(file: URL): Promise<Record<string, Tensor>> {
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header: Record<string, { shape: number[]; data_offsets: [number, number] }> = JSON.parse(
    bytes.toString("utf8", 8, start),
  );
  return Object.fromEntries(
    Object.entries(header)
      .filter(([name]) => name !== "__metadata__")
      .map(([name, { shape, data_offsets }]) => {
        const [begin, end] = data_offsets.map((offset) => start + offset);
        const values = new Float32Array(new Uint8Array(bytes.subarray(begin, end)).buffer);
        if (shape.length === 1) return [name, tensor(values, shape)];
        // Space as one axis: fields [batch, channel, space], weights [out, in, space].
        const [first, second, ...space] = shape as [number, number, ...number[]];
        const isWeight = name.endsWith("weight");
        const order = isWeight ? [2, 1, 0] : [0, 2, 1];
        const own = isWeight ? [...space, second, first] : [first, ...space, second];
        const flat = [first, second, values.length / (first * second)];
        return [name, tidy(() => reshape(transpose(tensor(values, flat), order), own))];
      }),
  );
}

test.each<{ name: string; padding: readonly Padding[] }>([
  { name: "plane", padding: ["periodic", "zero"] },
  { name: "volume", padding: ["periodic", "periodic", "zero"] },
])("output and gradients are those of the same network in PyTorch: $name", async (c) => {
  const description = { features: [4, 6, 5], inChannels: 3, outChannels: 2, padding: c.padding };
  const unet = uNet(description);
  const reference = await readReference(
    new URL(`../../../tooling/reference/unet/${c.name}.safetensors`, import.meta.url),
  );
  const params = Object.fromEntries(
    Object.entries(reference).filter(
      ([name]) => /\.(weight|bias)$/.test(name) && !/^grad/.test(name),
    ),
  );
  const input = reference["input"] as Tensor;
  const output = unet.apply(params, input);
  const difference = async (a: Tensor, b: Tensor) => {
    const [own, theirs] = [await a.data(), await b.data()];
    expect(own.length).toBe(theirs.length);
    return Math.max(...Array.from(own, (value, i) => Math.abs(value - (theirs[i] as number))));
  };
  expect(await difference(output, reference["output"] as Tensor)).toBeLessThan(1e-5);

  const names = Object.keys(params);
  const { grads } = valueAndGrads((...list: Tensor[]) =>
    lossOf(Object.fromEntries(list.map((each, i) => [names[i], each])), input, unet),
  )(Object.values(params));
  const shapes = Object.entries(params).map(([name, { shape }]) => [name, shape]);
  expect(Object.fromEntries(shapes)).toEqual(uNetShapes(description));
  for (const [i, name] of names.entries()) {
    const theirs = reference[`gradient.${name}`] as Tensor;
    const largest = Math.max(...Array.from(await theirs.data(), Math.abs));
    expect(await difference(grads[i] as Tensor, theirs)).toBeLessThan(1e-4 * largest);
  }
  for (const each of [...Object.values(reference), ...grads, output]) each.dispose();
});

test("parameters are uniform on ±1/√(fan-in), and others for another key", async () => {
  const wide = uNet({ features: [24], inChannels: 4, outChannels: 1, padding: options.padding });
  const params = wide.init(key(3));
  const variance = async (name: string) => {
    const values = Array.from(await (params[name] as Tensor).data());
    return values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
  };
  // The variance of U(−b, b) is b²/3.
  for (const [name, fanIn] of [
    ["first.conv1.weight", 9 * 4],
    ["first.conv2.weight", 9 * 24],
    ["bottleneck.conv1.bias", 9 * 24],
    ["bottleneck.skip.weight", 24],
  ] as const) {
    const values = Array.from(await (params[name] as Tensor).data(), Math.abs);
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / Math.sqrt(fanIn) + 1e-7);
    expect(Math.max(...values)).toBeGreaterThan(0.85 / Math.sqrt(fanIn));
    expect(Math.abs((await variance(name)) * 3 * fanIn - 1)).toBeLessThan(
      name.endsWith("bias") ? 0.6 : 0.15,
    );
  }
  const again = wide.init(key(3));
  const other = wide.init(key(4));
  const first = async (set: typeof params) => await (set["first.conv1.weight"] as Tensor).data();
  expect(await first(again)).toEqual(await first(params));
  expect(await first(other)).not.toEqual(await first(params));
  for (const set of [params, again, other]) {
    for (const each of Object.values(set)) each.dispose();
  }
});

test("names and order follow the modules of the network", () => {
  const blocks = Object.keys(uNetShapes({ ...options, features: [2, 3, 4] }))
    .filter((name) => name.endsWith("conv1.weight"))
    .map((name) => name.replace(".conv1.weight", ""));
  expect(blocks).toEqual([
    "first",
    "encoder.0",
    "encoder.1",
    "bottleneck",
    "upsample.0",
    "decoder.0",
    "upsample.1",
    "decoder.1",
    "final",
  ]);
});

test("init and apply leave nothing but their results", () => {
  const before = memory().numTensors;
  const params = network.init(key(1));
  expect(memory().numTensors).toBe(before + Object.keys(uNetShapes(options)).length);
  expect(parameterCount(params)).toBe(
    Object.values(uNetShapes(options)).reduce(
      (sum, shape) => sum + shape.reduce((a, b) => a * b),
      0,
    ),
  );
  const input = zeros([1, 4, 4, 2]);
  const output = network.apply(params, input);
  expect(memory().numTensors).toBe(before + Object.keys(params).length + 2);
  for (const each of [...Object.values(params), input, output]) each.dispose();
});

test("fields that cannot be halved, wrong channels and missing parameters are refused", () => {
  const refused = (name: "ArgumentError" | "ShapeError", body: () => unknown) => {
    try {
      body();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, name)).toBe(true);
    }
  };
  refused("ShapeError", () => network.apply({}, zeros([1, 3, 4, 2])));
  refused("ShapeError", () => network.apply({}, zeros([1, 4, 4, 3])));
  refused("ShapeError", () => network.apply({}, zeros([4, 4, 2])));
  refused("ArgumentError", () => network.apply({}, zeros([1, 4, 4, 2])));
  refused("ArgumentError", () => uNet({ ...options, features: [] }));
  refused("ArgumentError", () => uNet({ ...options, padding: [] as readonly Padding[] }));
  const ofVolumes = uNet({ ...options, padding: ["zero", "zero", "zero"] });
  refused("ShapeError", () => ofVolumes.apply({}, zeros([1, 4, 4, 2])));
  refused("ShapeError", () => ofVolumes.apply({}, zeros([1, 4, 4, 3, 2])));
  refused("ShapeError", () => network.apply({}, zeros([1, 4, 4, 4, 2])));
});
