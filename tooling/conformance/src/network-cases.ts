import { readFileSync } from "node:fs";
import { decodeSafetensors } from "@eddyflow/checkpointing";
import { uNet } from "@eddyflow/models";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Case } from "./case.ts";
import type { NdArray } from "./nd-array.ts";
import { transposed } from "./references.ts";

/** PyTorch's `[batch, channel, ...space]` and `[out, in, ...kernel]` become ours. */
function toOurs(name: string, { shape, data }: NdArray): NdArray {
  if (shape.length < 2) return { shape, data };
  const space = shape.slice(2).map((_, k) => k + 2);
  return transposed({ shape, data }, name.endsWith("weight") ? [...space, 1, 0] : [0, ...space, 1]);
}

function readFixture(file: URL): ReadonlyMap<string, NdArray> {
  const { arrays } = decodeSafetensors(readFileSync(file), file.pathname);
  return new Map(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      toOurs(name, { shape, data: Float64Array.from(data, Number) }),
    ]),
  );
}

/** The U-Net of a fixture: its output, and the gradients of mean(output²) by all parameters. */
function networkCase(name: string, file: URL, options: Parameters<typeof uNet>[0]): Case {
  const fixture = readFixture(file);
  const get = (entry: string): NdArray => fixture.get(entry) as NdArray;
  const names = [...fixture.keys()].filter(
    (entry) => /\.(weight|bias)$/u.test(entry) && !entry.startsWith("gradient."),
  );
  const output = get("output");
  return {
    group: "networks",
    operation: name,
    name: "PyTorch's output and gradients",
    inputs: [get("input"), ...names.map(get)],
    run: (input, ...parameters) =>
      uNet(options).apply(
        Object.fromEntries(names.map((entry, i) => [entry, parameters[i] as Tensor])),
        input as Tensor,
      ),
    reference: () => output,
    by: names.map((_, i) => i + 1),
    dy: { ...output, data: output.data.map((v) => (2 * v) / output.data.length) },
    gradient: () => [null, ...names.map((entry) => get(`gradient.${entry}`))],
    // PyTorch's numbers are in single precision themselves.
    tolerance: 1e-4,
  };
}

const reference = (name: string): URL =>
  new URL(`../../reference/unet/${name}.safetensors`, import.meta.url);

const options = { features: [4, 6, 5], inChannels: 3, outChannels: 2 };

/** Whole networks against PyTorch. */
export const networkCases: readonly Case[] = [
  networkCase("U-Net in 2-D", reference("plane"), { ...options, padding: ["periodic", "zero"] }),
  networkCase("U-Net in 3-D", reference("volume"), {
    ...options,
    padding: ["periodic", "periodic", "zero"],
  }),
];
