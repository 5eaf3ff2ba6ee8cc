import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isEddyflowError } from "@eddyflow/core";
import {
  concatenateChannels,
  convolution,
  convolutionSum,
  maxPool,
  pad,
  relu,
  toFullPrecision,
  toLowPrecision,
  upsample,
} from "@eddyflow/ops";
import {
  add,
  grads,
  memory,
  mul,
  reshape,
  round,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { requireMixedPrecision } from "../require-mixed-precision.ts";
import { sizeOf } from "../size-of.ts";
import { processorFlags } from "./processor-flags.ts";

/** Numbers in [−1, 1] without a pattern. */
const field = (shape: number[], seed: number, mean = 0): Tensor => {
  const size = sizeOf(shape);
  const values = Float32Array.from({ length: size }, (_, i) => {
    const hash = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return mean + 2 * (hash - Math.floor(hash)) - 1;
  });
  return tensor(values, shape);
};

test.skipIf(process.env["EDDYFLOW_BACKEND"] === "tensorflow")(
  "another backend refuses mixed precision and says what to do",
  () => {
    expect(requireMixedPrecision).toThrow(
      `the ${process.env["EDDYFLOW_BACKEND"]} backend has no mixed precision; expected native TensorFlow`,
    );
  },
);

describe.runIf(process.env["EDDYFLOW_BACKEND"] === "tensorflow")("native TensorFlow", () => {
  let refusal: string | null = null;
  beforeAll(() => {
    try {
      requireMixedPrecision();
    } catch (error) {
      expect(isEddyflowError(error, "BackendError")).toBe(true);
      refusal = (error as Error).message;
    }
  });

  test("gradients of biases are sums in float32", async ({ skip }) => {
    skip(refusal !== null, refusal ?? "");
    const before = memory().numTensors;
    const [x, weight, bias] = [field([8, 34, 34, 2], 1), field([3, 3, 2, 4], 2), field([4], 3)];
    // A mean far below the deviation: a sum in bfloat16 would lose a quarter of it.
    const dy = field([8, 32, 32, 4], 4, 0.03);
    const [dx, dweight, dbias] = grads((x, weight, bias) =>
      toFullPrecision(
        convolution(toLowPrecision(x as Tensor), toLowPrecision(weight as Tensor), bias as Tensor),
      ),
    )([x, weight, bias], dy) as [Tensor, Tensor, Tensor];
    const low = toLowPrecision(dy);
    const rounded = toFullPrecision(low);
    const expected = new Float64Array(4);
    (await rounded.data()).forEach((value, i) => {
      expected[i % 4] = (expected[i % 4] as number) + (value as number);
    });
    (await dbias.data()).forEach((value, i) => {
      expect(Math.abs(value / (expected[i] as number) - 1)).toBeLessThan(1e-4);
    });
    for (const t of [x, weight, bias, dy, dx, dweight, dbias, low, rounded]) t.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test.for([2, 3])(
    "every operation and gradient in %i dimensions is that of float32",
    async (n, { skip }) => {
      skip(refusal !== null, refusal ?? "");
      const space = (size: number): number[] => Array(n).fill(size);
      /** Whole numbers whose sums of products bfloat16 holds exactly, so that each maximum is the same one. */
      const whole = (shape: number[], seed: number): Tensor => round(mul(field(shape, seed), 1.4));
      const operands = tidy(() => [
        whole([2, ...space(4), 2], 1),
        whole([...space(3), 2, 2], 2),
        whole([2], 3),
        whole([...space(1), 2, 2], 4),
        whole([2], 5),
      ]);
      const dy = tidy(() => whole([2, ...space(8), 4], 6));
      const padding = (["periodic", "zero", "reflect"] as const).slice(0, n);
      const [low, full] = [true, false].map((isLow) =>
        grads((...[x, weight, bias, skipWeight, skipBias]: Tensor[]) => {
          const [field, filter, other] = [x, weight, skipWeight].map((t) =>
            isLow ? toLowPrecision(t as Tensor) : (t as Tensor),
          ) as [Tensor, Tensor, Tensor];
          const hidden = convolution(pad(field, 1, padding), filter, bias as Tensor, {
            relu: true,
          });
          const sum = convolutionSum({
            x: pad(hidden, 1, padding),
            weight: filter,
            bias: bias as Tensor,
            skip: field,
            skipWeight: other,
            skipBias: skipBias as Tensor,
          });
          const pooled = maxPool(relu(sum));
          const y = upsample(upsample(concatenateChannels([pooled, pooled])));
          return isLow ? toFullPrecision(y) : y;
        })(operands, dy),
      ) as [Tensor[], Tensor[]];
      for (const [i, gradient] of full.entries()) {
        const [expected, actual] = [await gradient.data(), await (low[i] as Tensor).data()];
        const largest = Math.max(...expected.map(Math.abs));
        expect(largest).toBeGreaterThan(1);
        actual.forEach((value, k) => {
          expect(Math.abs(value - (expected[k] as number)) / largest).toBeLessThan(0.01);
        });
      }
      for (const t of [...operands, dy, ...low, ...full]) t.dispose();
    },
  );

  test("padding of axes shorter than its borders works in low precision, and its gradient", async ({
    skip,
  }) => {
    skip(refusal !== null, refusal ?? "");
    const x = field([1, 2, 3, 4], 1);
    const dy = field([1, 6, 7, 4], 2);
    const both = [true, false].map((isLow) =>
      grads((x) => {
        const padded = pad(isLow ? toLowPrecision(x as Tensor) : (x as Tensor), 2, [
          "periodic",
          "periodic",
        ]);
        return isLow ? toFullPrecision(padded) : padded;
      })([x], dy),
    ) as [[Tensor], [Tensor]];
    const [low, full] = [await both[0][0].data(), await both[1][0].data()];
    low.forEach((value, i) => {
      expect(Math.abs(value - (full[i] as number))).toBeLessThan(0.05);
    });
    for (const t of [x, dy, ...both.flat()]) t.dispose();
  });

  test("what would take a tensor of low precision for float32 is refused", async ({ skip }) => {
    skip(refusal !== null, refusal ?? "");
    const x = field([2, 3], 1);
    const low = toLowPrecision(x);
    const cases = [
      () => low.dataSync(),
      () => mul(low, x),
      () => add(low, 1),
      () => reshape(low, [3, 2]),
    ];
    for (const use of cases) {
      expect(() => tidy(() => use() as Tensor)).toThrow("pass it through toFullPrecision first");
    }
    await expect(low.data()).rejects.toThrow("a tensor of low precision cannot be read");
    const again = toLowPrecision(low);
    low.dispose();
    const back = toFullPrecision(again);
    expect((await back.data())[0]).toBeCloseTo((await x.data())[0] as number, 2);
    for (const t of [x, again, back]) t.dispose();
  });

  test.each([
    ["AVX512_CORE", "mixed precision is slower here: a convolution takes"],
    ["AVX2", "TensorFlow does not compute in bfloat16 here:"],
  ])("a processor with no more than %s refuses it, and says why", async (isa, reason) => {
    const index = fileURLToPath(new URL("../index.ts", import.meta.url));
    const script = `
      const { requireMixedPrecision, useBackend } = await import(${JSON.stringify(index)});
      await useBackend("tensorflow");
      try { requireMixedPrecision(); } catch (error) { console.log(error.name, error.message); }`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", script],
      { env: { ...process.env, ONEDNN_MAX_CPU_ISA: isa } },
    );
    const flags = processorFlags();
    const hasUnits = flags === null || flags.has("avx512_bf16") || flags.has("amx_bf16");
    expect(stdout).toContain(hasUnits ? reason : "lists neither avx512_bf16 nor amx_bf16");
    expect(stdout).toMatch(/^BackendError .+; compute in float32.*\n$/u);
  });
});
