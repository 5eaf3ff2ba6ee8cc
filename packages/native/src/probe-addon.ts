import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { addonFile } from "./pins.ts";

/** The part of the addon's interface that the probe uses. */
interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  createTensor(shape: readonly number[], type: number, values: Float32Array): number;
  executeOp(
    name: string,
    attributes: readonly { name: string; type: number; value: unknown }[],
    inputs: readonly number[],
    outputs: number,
  ): { readonly id: number }[];
  tensorDataSync(id: number): Float32Array;
}

/**
 * Runs as a process of its own (an addon that does not fit the machine ends the process): loads the addon of the folder in
 * its argument, computes max(0, x·W + b), which has a list of strings among its attributes, passes it through an
 * operation with a list of types, and pads a field, which it gives up, by an operation of ours. Prints
 * `version result padded`.
 */
const folder = resolve(process.argv[2] ?? ".");
const binding: Binding = createRequire(import.meta.url)(join(folder, addonFile));
const { TF_FLOAT, TF_ATTR_STRING, TF_ATTR_TYPE, TF_ATTR_INT } = binding;
const tensor = (shape: readonly number[], values: readonly number[]) =>
  binding.createTensor(shape, TF_FLOAT, Float32Array.from(values));
const [fused] = binding.executeOp(
  "_FusedMatMul",
  [
    { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: "num_args", type: TF_ATTR_INT, value: 1 },
    { name: "fused_ops", type: TF_ATTR_STRING, value: ["BiasAdd", "Relu"] },
  ],
  [tensor([1, 2], [1, 2]), tensor([2, 2], [3, -4, 5, 1]), tensor([2], [0.5, 0.5])],
  1,
);
const [copy] = binding.executeOp(
  "IdentityN",
  [{ name: "T", type: TF_ATTR_TYPE, value: [TF_FLOAT] }],
  [fused?.id ?? -1],
  1,
);
const [padded] = binding.executeOp(
  "EddyflowPadField",
  [
    { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: "width", type: TF_ATTR_INT, value: 1 },
    { name: "modes", type: TF_ATTR_STRING, value: "p" },
  ],
  [-1 - tensor([1, 2, 1], [1, 2])],
  1,
);
const results = [copy, padded].map((result) => binding.tensorDataSync(result?.id ?? -1).join(","));
console.log(binding.TF_Version, ...results);
