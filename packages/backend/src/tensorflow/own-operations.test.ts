import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { adamStep, averageStep } from "@eddyflow/ops";
import { clone, dispose, engine, reshape, type Tensor, tensor, zeros } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../size-of.ts";
import { bfloat16, createEager, type Eager, type Handle, type NodeBackend } from "./eager.ts";
import { findOwnOperations, type OwnOperations } from "./own-operations.ts";

const onTensorflow = process.env["EDDYFLOW_BACKEND"] === "tensorflow";
const eager = onTensorflow
  ? createEager(engine().backend as unknown as NodeBackend)
  : (null as unknown as Eager);
const found = onTensorflow ? findOwnOperations(eager) : null;
const own = found as OwnOperations;

/** Multiples of 1/8 in [−2, 2], which bfloat16 holds exactly, without a pattern. */
const eighths = (size: number, seed: number): number[] =>
  Array.from({ length: size }, (_, i) => {
    const hash = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return Math.round(32 * (hash - Math.floor(hash)) - 16) / 8;
  });

/** The first entry that differs by more than a share of what is expected, −1 where none does. */
const firstDifference = (
  actual: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  share = 0,
): number => {
  if (actual?.length !== expected.length) return 0;
  return Array.from(expected).findIndex(
    (value, i) => !(Math.abs((actual[i] as number) - value) <= share * Math.abs(value)),
  );
};

type Type = "float32" | "bfloat16";

/** Runs `body` on values of a type and reads what it gives, as float32. */
function compute(
  type: Type,
  inputs: readonly (readonly [values: readonly number[], shape: readonly number[]])[],
  body: (...handles: Handle[]) => Handle | readonly Handle[],
): { readonly shape: number[]; readonly values: Float32Array; readonly dtype: number }[] {
  const { binding } = eager.backend;
  const results: ReturnType<typeof compute> = [];
  eager.scope(() => {
    const handles = inputs.map(([values, shape]) => {
      const full = eager.vector(values, shape);
      return type === "bfloat16" ? eager.cast(full, bfloat16) : full;
    });
    for (const { shape, dtype, ...rest } of [body(...handles)].flat() as Handle[]) {
      const full = eager.cast({ shape, dtype, ...rest }, binding.TF_FLOAT);
      results.push({ shape, dtype, values: Float32Array.from(binding.tensorDataSync(full.id)) });
    }
    return [];
  });
  return results;
}

/** Index into an axis of n cells that the padded index i (from −width on) shows, or null for a zero. */
function source(i: number, n: number, mode: string): number | null {
  if (i >= 0 && i < n) return i;
  if (mode === "periodic") return (i + n) % n;
  if (mode === "reflect") return i < 0 ? -i : 2 * (n - 1) - i;
  return null;
}

/** For each entry of the padded field, the entry of the field that it shows, or null. */
function shown(
  shape: readonly number[],
  width: number,
  padding: readonly string[],
): (number | null)[] {
  let entries: (number | null)[] = [0];
  shape.forEach((n, axis) => {
    const mode = padding[axis - 1];
    const at =
      mode === undefined
        ? Array.from({ length: n }, (_, i) => i)
        : Array.from({ length: n + 2 * width }, (_, i) => source(i - width, n, mode));
    entries = entries.flatMap((base) =>
      at.map((i) => (base === null || i === null ? null : base * n + i)),
    );
  });
  return entries;
}

const modes = ["periodic", "reflect", "zero"] as const;
const pairs = modes.flatMap((a) => modes.map((b) => [a, b]));
type Case = [shape: number[], width: number, padding: string[]];
const padCases: Case[] = [
  ...pairs.flatMap((padding): Case[] => [
    [[2, 5, 7, 3], 2, padding],
    // More than half the axis: both borders show the same cells.
    [[1, 4, 5, 2], 3, padding],
  ]),
  // Large enough for several threads.
  [[2, 29, 30, 64], 2, ["periodic", "reflect"]],
  [[2, 29, 30, 64], 2, ["zero", "periodic"]],
  [[1, 3, 4, 5, 2], 2, ["periodic", "reflect", "zero"]],
  [[2, 2, 3, 4, 1], 1, ["zero", "periodic", "reflect"]],
  [[2, 10, 11, 9, 16], 2, ["periodic", "periodic", "periodic"]],
  [[3, 6, 5], 4, ["periodic"]],
  [[0, 4, 4, 2], 1, ["periodic", "zero"]],
];

describe.runIf(found !== null)("the operations of our addon", () => {
  describe.each(["float32", "bfloat16"] as const)("in %s", (type) => {
    test.each(padCases)("pad %j by %i %j shows the cells of the definition", (...of) => {
      const [shape, width, padding] = of;
      const x = eighths(sizeOf(shape), 1);
      const [y] = compute(type, [[x, shape]], (x) =>
        own.padField(x, { width, padding: padding as never }),
      );
      const expected = shown(shape, width, padding).map((i) => (i === null ? 0 : (x[i] as number)));
      expect(y?.shape).toEqual(
        shape.map((n, k) => (padding[k - 1] === undefined ? n : n + 2 * width)),
      );
      expect(firstDifference(y?.values, expected)).toBe(-1);
    });

    test.each(padCases)("the gradient of pad %j by %i %j sums over the images", (...of) => {
      const [shape, width, padding] = of;
      const from = shown(shape, width, padding);
      const dy = eighths(from.length, 2);
      const expected = new Float32Array(sizeOf(shape));
      from.forEach((i, k) => {
        if (i !== null) expected[i] = (expected[i] as number) + (dy[k] as number);
      });
      const padded = shape.map((n, k) => (padding[k - 1] === undefined ? n : n + 2 * width));
      const [dx] = compute(type, [[dy, padded]], (dy) =>
        own.padFieldGradient(dy, { width, padding: padding as never }),
      );
      expect(dx?.shape).toEqual(shape);
      // Sums of up to 27 eighths: exact in float32, rounded once to eight bits of bfloat16.
      const share = type === "float32" ? 0 : 2 ** -8;
      expect(firstDifference(dx?.values, expected, share)).toBe(-1);
    });

    test.each([[[2, 6, 4, 3]], [[1, 4, 2, 6, 5]], [[2, 30, 34, 64]], [[1, 2, 2, 1]]])(
      "max pool of %j and its gradient, which goes to the first maximum",
      (shape) => {
        const channels = shape.at(-1) as number;
        const space = shape.slice(1, -1);
        const pooled = shape.map((n, k) => (k === 0 || k === shape.length - 1 ? n : n / 2));
        // Few values, so that most windows have several maxima; negative ones among them.
        const x = eighths(sizeOf(shape), 3).map((value) => Math.round(value) - 1);
        const dy = eighths(sizeOf(pooled), 4);
        const y = new Float32Array(sizeOf(pooled));
        const dx = new Float32Array(sizeOf(shape));
        for (let k = 0; k < y.length; k++) {
          let rest = Math.floor(k / channels);
          const window: number[] = [];
          for (const n of [...space].reverse()) {
            window.unshift(rest % (n / 2));
            rest = Math.floor(rest / (n / 2));
          }
          let best: number | undefined;
          for (let corner = 0; corner < 2 ** space.length; corner++) {
            let at = rest;
            space.forEach((n, axis) => {
              const bit = (corner >> (space.length - 1 - axis)) & 1;
              at = at * n + 2 * (window[axis] as number) + bit;
            });
            at = at * channels + (k % channels);
            if (best === undefined || (x[at] as number) > (x[best] as number)) best = at;
          }
          y[k] = x[best as number] as number;
          dx[best as number] = dy[k] as number;
        }
        const results = compute(
          type,
          [
            [x, shape],
            [dy, pooled],
          ],
          (x, dy) => {
            const largest = own.maxPoolHalf(x as Handle);
            return [largest, own.maxPoolHalfGradient(x as Handle, largest, dy as Handle)];
          },
        );
        expect(results.map(({ shape }) => shape)).toEqual([pooled, shape]);
        expect(firstDifference(results[0]?.values, y)).toBe(-1);
        expect(firstDifference(results[1]?.values, dx)).toBe(-1);
      },
    );

    test.each([[[2, 5, 7, 3]], [[1, 1]], [[3, 4, 5, 6, 64]], [[4, 64, 64, 33]]])(
      "bias gradients of %j are sums over the points",
      (shape) => {
        const channels = shape.at(-1) as number;
        const size = sizeOf(shape);
        const [dy, y] = [eighths(size, 5), eighths(size, 6)];
        const sums = new Float64Array(channels);
        const rectified = new Float64Array(channels);
        const dx = dy.map((value, i) => ((y[i] as number) > 0 ? value : 0));
        for (let i = 0; i < size; i++) {
          sums[i % channels] = (sums[i % channels] as number) + (dy[i] as number);
          rectified[i % channels] = (rectified[i % channels] as number) + (dx[i] as number);
        }
        const results = compute(
          type,
          [
            [dy, shape],
            [y, shape],
          ],
          (dy, y) => [
            own.biasGradient(dy as Handle),
            ...own.rectifyBiasGradient(dy as Handle, y as Handle),
          ],
        );
        // Eighths far below 2²⁴: every sum is exact, in float32 whatever the type of dy.
        expect(firstDifference(results[0]?.values, sums)).toBe(-1);
        expect(results[0]?.dtype).toBe(eager.backend.binding.TF_FLOAT);
        expect(firstDifference(results[1]?.values, dx)).toBe(-1);
        expect(firstDifference(results[2]?.values, rectified)).toBe(-1);
      },
    );
  });

  test("NaN goes through the pool, and not through the rectifier", () => {
    const [pooled, rectified] = compute(
      "float32",
      [
        [
          [1, Number.NaN, 3, 2],
          [1, 2, 2, 1],
        ],
        [
          [5, 6],
          [2, 1],
        ],
        [
          [Number.NaN, 1],
          [2, 1],
        ],
      ],
      (x, dy, y) => [
        own.maxPoolHalf(x as Handle),
        ...own.rectifyBiasGradient(dy as Handle, y as Handle).slice(0, 1),
      ],
    );
    expect(pooled?.values).toEqual(Float32Array.of(Number.NaN));
    expect(rectified?.values).toEqual(Float32Array.of(0, 6));
  });

  test("an input that does not fit is an error instead of a read beyond its end", () => {
    const refused = (body: () => Handle) => expect(() => eager.scope(body));
    const x = () => eager.vector([1, 2, 3], [1, 3, 1, 1]);
    refused(() => own.padField(x(), { width: 3, padding: ["reflect", "zero"] })).toThrow(
      "too small",
    );
    refused(() => own.padFieldGradient(x(), { width: 2, padding: ["zero", "zero"] })).toThrow(
      "too small",
    );
    refused(() => own.maxPoolHalf(x())).toThrow("not even");
    refused(() => own.rectifyBiasGradient(x(), eager.vector([1]))[0] as Handle).toThrow("differ");
  });
});

/** Why the addon's convolutions do not run here, or null. */
const noConvolution = (type: Type): string | null => {
  try {
    compute(
      type,
      [
        [[...Array(9).keys()], [1, 3, 3, 1]],
        [Array(9).fill(1), [3, 3, 1, 1]],
        [[0], [1]],
      ],
      (...of) => own.convolution(of as [Handle, Handle, Handle], false),
    );
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe.runIf(found !== null).each(["float32", "bfloat16"] as const)(
  "the addon's convolutions in %s",
  (type) => {
    const reason = found === null ? "" : noConvolution(type);
    /** Sums of eighths are exact, whatever their order and what is halved on the way; bfloat16 rounds the result. */
    const share = type === "float32" ? 0 : 2 ** -8;

    test.runIf(reason === null).each([
      [[1, 3, 3, 1], 1],
      [[2, 9, 12, 5], 3],
      [[1, 12, 7, 40], 70],
      [[3, 20, 18, 16], 33],
      [[2, 34, 35, 20], 130],
      [[1, 3, 4, 5, 2], 3],
      [[2, 6, 9, 8, 20], 40],
    ])("of %j with %i results are those of TensorFlow's own", (shape, outputs) => {
      const { attribute, float, run } = eager;
      const volume = shape.length === 5;
      const weightShape = [...shape.slice(1, -1).map(() => 3), shape.at(-1) as number, outputs];
      const resultShape = [shape[0] as number, ...shape.slice(1, -1).map((n) => n - 2), outputs];
      const values = [shape, weightShape, [outputs], resultShape].map(
        (of, k) => [eighths(sizeOf(of), k), of] as const,
      );
      const geometry = [
        ...float,
        attribute.int(
          "strides",
          shape.map(() => 1),
        ),
        attribute.string("padding", "VALID"),
        attribute.string("data_format", volume ? "NDHWC" : "NHWC"),
        attribute.int(
          "dilations",
          shape.map(() => 1),
        ),
      ];
      const named = (plane: string, solid: string) => (volume ? solid : plane);
      const expected = compute("float32", values, (...of) => {
        const [x, weight, bias, dy] = of as [Handle, Handle, Handle, Handle];
        const product = run(named("Conv2D", "Conv3D"), geometry, [x, weight]);
        const y = run(
          "BiasAdd",
          [...float, attribute.string("data_format", "NHWC")],
          [product, bias],
        );
        const index = attribute.type("Tshape", eager.backend.binding.TF_INT32);
        return [
          y,
          run("Relu", float, [y]),
          run("AddV2", float, [y, dy]),
          run(
            named("Conv2DBackpropInput", "Conv3DBackpropInputV2"),
            volume ? [...geometry, index] : geometry,
            [eager.constant(shape), weight, dy],
          ),
          run(named("Conv2DBackpropFilter", "Conv3DBackpropFilterV2"), geometry, [
            x,
            eager.constant(weightShape),
            dy,
          ]),
        ];
      });
      const ours = compute(type, values, (...of) => {
        const [x, weight, bias, dy] = of as [Handle, Handle, Handle, Handle];
        return [
          own.convolution([x, weight, bias], false),
          own.convolution([x, weight, bias], true),
          own.convolution([x, weight, bias, dy], false),
          own.convolutionInputGradient(dy, weight),
          own.convolutionWeightGradient(x, dy),
        ];
      });
      for (const [k, one] of ours.entries()) {
        expect(one.shape).toEqual(expected[k]?.shape);
        expect(firstDifference(one.values, expected[k]?.values ?? [], share)).toBe(-1);
      }
    });

    test.runIf(reason === null)("of shapes that do not fit are an error", () => {
      const refused = (body: () => Handle) => expect(() => eager.scope(body));
      const zerosOf = (...shape: number[]) => eager.vector(Array(sizeOf(shape)).fill(0), shape);
      refused(() =>
        own.convolution([zerosOf(1, 4, 4, 2), zerosOf(3, 3, 3, 1), zerosOf(1)], false),
      ).toThrow("do not fit");
      refused(() =>
        own.convolution([zerosOf(1, 2, 4, 2), zerosOf(3, 3, 2, 1), zerosOf(1)], false),
      ).toThrow("do not fit");
      refused(() =>
        own.convolution([zerosOf(1, 4, 4, 2), zerosOf(3, 3, 2, 3), zerosOf(2)], false),
      ).toThrow("bias");
      refused(() => own.convolutionInputGradient(zerosOf(1, 2, 2, 3), zerosOf(3, 3, 2, 2))).toThrow(
        "do not fit",
      );
      refused(() =>
        own.convolutionWeightGradient(zerosOf(1, 4, 4, 2), zerosOf(1, 2, 3, 2)),
      ).toThrow("does not fit");
    });
  },
);

describe.runIf(onTensorflow)("in place", () => {
  const size = 100_000;
  const ramp = () => Float32Array.from({ length: size }, (_, i) => i % 17);
  const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const step = (w: Tensor, n = 1): Tensor => {
    const result = adamStep({
      params: { w },
      gradients: { w: tensor(new Float32Array(size).fill(1), w.shape) },
      first: { w: zeros(w.shape) },
      second: { w: zeros(w.shape) },
      ...settings,
      step: n,
    });
    const { params, ...rest } = result;
    dispose(rest as never);
    return params["w"] as Tensor;
  };
  const numbers = async (x: Tensor) => (await x.data()) as Float32Array;

  test("a step leaves whoever else sees the parameter alone", async () => {
    const array = ramp();
    // The second step gets memory that is TensorFlow's own.
    const made = step(tensor(array, [100, 1000]));
    expect(firstDifference(array, ramp())).toBe(-1);
    const before = await numbers(made);
    const copy = clone(made);
    const flat = reshape(made, [size]);
    const stepped = step(made, 2);
    expect(made.isDisposed).toBe(true);
    expect(firstDifference(await numbers(copy), before)).toBe(-1);
    expect(firstDifference(await numbers(flat), before)).toBe(-1);
    expect((await numbers(stepped))[5]).toBeLessThan(before[5] as number);
    dispose([copy, flat, stepped]);
  });

  test("an average leaves its parameters and its own copies alone", async () => {
    const [average, parameter] = [step(tensor(ramp())), step(tensor(ramp()))];
    const before = await numbers(average);
    const copy = clone(average);
    const next = averageStep({ w: average }, { w: parameter }, 0.5);
    const again = averageStep(next, { w: parameter }, 0);
    expect(firstDifference(await numbers(copy), before)).toBe(-1);
    expect(firstDifference(await numbers(again["w"] as Tensor), await numbers(parameter))).toBe(-1);
    dispose([copy, parameter, again["w"] as Tensor]);
  });

  test.runIf(found !== null)("what is given up is written into, and what is not is not", () => {
    const { binding } = eager.backend;
    const values = [1, 2, 3, 4];
    for (const given of [true, false]) {
      // TensorFlow's own memory: what JavaScript made is never written into.
      const average = eager.scope(() => eager.run("Neg", eager.float, [eager.vector(values)]));
      const [result] = eager.scope(() =>
        own.applyAverage([eager.vector(values)], [given ? eager.giveUp(average) : average], {
          count: 1,
          decay: 0,
        }),
      ) as [Handle];
      expect(Array.from(binding.tensorDataSync(result.id))).toEqual(values);
      if (given) {
        expect(() => binding.tensorDataSync(average.id)).toThrow();
      } else {
        expect(Array.from(binding.tensorDataSync(average.id))).toEqual([-1, -2, -3, -4]);
        binding.deleteTensor(average.id);
      }
      binding.deleteTensor(result.id);
    }
  });
});

test.runIf(onTensorflow)("an addon that knows no other operations is used without them", () => {
  const binding = {
    ...eager.backend.binding,
    executeOp: (name: string, ...rest: [never, never, never]) => {
      if (name.startsWith("Eddyflow")) throw new Error(`Op type not registered '${name}'`);
      return eager.backend.binding.executeOp(name, ...rest);
    },
  };
  const foreign = createEager(
    Object.create(eager.backend, { binding: { value: binding } }) as NodeBackend,
  );
  expect(findOwnOperations(foreign)).toBe(null);
});

test.runIf(found !== null)(
  "nothing is written to stderr when it is started and computes",
  async () => {
    const index = fileURLToPath(new URL("../index.ts", import.meta.url));
    const script = `
      import { useBackend } from ${JSON.stringify(index)};
      import { square, tensor1d } from "@tensorflow/tfjs-core";
      await useBackend("tensorflow");
      console.log(square(tensor1d([1, 2])).dataSync().join());
    `;
    const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { env, cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    expect(stdout.trim()).toBe("1,4");
    expect(stderr).toBe("");
  },
  60_000,
);
