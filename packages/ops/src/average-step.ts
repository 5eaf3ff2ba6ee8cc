import { ArgumentError, type Params } from "@eddyflow/core";
import { add, dispose, mul, type NamedTensorMap, sub, type Tensor } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";

/** Attributes of the kernel `ApplyAverage`, whose inputs are averageᵢ, parameterᵢ, i < count. */
export interface ApplyAverageAttributes {
  readonly count: number;
  readonly decay: number;
}

const applyAverage: Operation<NamedTensorMap, [], ApplyAverageAttributes> = {
  kernelName: kernelNames.applyAverage,
  portable: (inputs, { count, decay }) =>
    Array.from({ length: count }, (_, i) => {
      const average = inputs[`average${i}`] as Tensor;
      const parameter = inputs[`parameter${i}`] as Tensor;
      return add(average, mul(sub(parameter, average), 1 - decay));
    }),
  gradient: null,
};

/**
 * One step of the exponential moving average: average ← decay · average + (1 − decay) · params. Consumes
 * `average`, not `params`; the caller disposes the result.
 *
 * @param decay In [0, 1].
 * @throws ArgumentError unless both records have the same keys.
 */
export function averageStep(average: Params, params: Params, decay: number): Params {
  const names = Object.keys(average);
  const inputs: NamedTensorMap = {};
  for (const [i, name] of names.entries()) {
    const parameter = params[name];
    if (parameter === undefined) {
      throw new ArgumentError({
        problem: `averageStep got no parameter ${name}`,
        expected: "the parameters that are averaged",
        remedy: "start the average from the same parameters",
      });
    }
    inputs[`average${i}`] = average[name] as Tensor;
    inputs[`parameter${i}`] = parameter;
  }
  const outputs: Tensor[] = runOperation(applyAverage, inputs, { count: names.length, decay });
  dispose(Object.values(average));
  return Object.fromEntries(names.map((name, i) => [name, outputs[i] as Tensor]));
}
