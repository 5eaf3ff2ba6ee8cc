import { type ApplyAdamAttributes, type ApplyAverageAttributes, kernelNames } from "@eddyflow/ops";
import { type NamedTensorMap, registerKernel, type Tensor } from "@tensorflow/tfjs-core";
import { type Eager, type Handle, registerEagerKernel } from "./eager.ts";
import type { OwnOperations } from "./own-operations.ts";
import { createVariables } from "./variables.ts";

/** Registers the optimizer's step and that of the moving average, which work in place. */
export function registerOptimizerKernels(eager: Eager, own: OwnOperations | null): void {
  if (own === null) registerByVariables(eager);
  else registerByOwnOperations(eager, own);
}

/** The inputs of a kernel that are named role0, role1, … */
const all = (inputs: unknown, role: string, count: number): Tensor[] =>
  Array.from({ length: count }, (_, i) => (inputs as NamedTensorMap)[`${role}${i}`] as Tensor);

/** Each by one operation, into the memory of the tensors that it consumes. */
function registerByOwnOperations(eager: Eager, own: OwnOperations): void {
  const { backend, giveUpTensor, handle, scope } = eager;
  registerKernel({
    kernelName: kernelNames.applyAdam,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const attributes = attrs as unknown as ApplyAdamAttributes;
      const gradients = all(inputs, "gradient", attributes.count);
      const states = ["parameter", "first", "second"].flatMap((role) =>
        all(inputs, role, attributes.count),
      );
      const results = scope(() =>
        own.applyAdam(gradients.map(handle), states.map(giveUpTensor), attributes),
      );
      return results.map((result) => backend.createOutputTensor(result));
    },
  });
  registerKernel({
    kernelName: kernelNames.applyAverage,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const attributes = attrs as unknown as ApplyAverageAttributes;
      const parameters = all(inputs, "parameter", attributes.count);
      const averages = all(inputs, "average", attributes.count);
      const results = scope(() =>
        own.applyAverage(parameters.map(handle), averages.map(giveUpTensor), attributes),
      );
      return results.map((result) => backend.createOutputTensor(result));
    },
  });
}

/** Adam on TensorFlow's variables, one after the other; the average by ordinary operations. */
function registerByVariables(eager: Eager): void {
  const { attribute, backend, float, run, scalar } = eager;
  const variables = createVariables(eager);
  const adam = [
    ...float,
    attribute.bool("use_locking", false),
    attribute.bool("use_nesterov", false),
  ];

  registerKernel({
    kernelName: kernelNames.applyAdam,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const attributes = attrs as unknown as ApplyAdamAttributes;
      const { count, learningRate, beta1, beta2, epsilon, step, clipNorm } = attributes;
      const gradients = all(inputs, "gradient", count);
      const states = (["parameter", "first", "second"] as const).map((role) => {
        const tensors = all(inputs, role, count);
        const shapes = tensors.map(({ shape }) => shape);
        return { tensors, shapes, held: tensors.map((tensor) => variables.take(tensor)) };
      });
      // A value that a tensor still shows would be copied before it is changed.
      for (const { tensors } of states) for (const tensor of tensors) tensor.dispose();

      const [norm, skipped] = eager.scope(() => {
        const halves = gradients.map((gradient) => run("L2Loss", float, [eager.handle(gradient)]));
        const half = run("AddN", [...float, attribute.int("N", count)], halves);
        const norm = run("Sqrt", float, [run("Mul", float, [half, scalar(2)])]);
        const finite = run("IsFinite", float, [norm]);
        const ifFinite = (value: Handle, otherwise: number): Handle =>
          run("SelectV2", float, [finite, value, scalar(otherwise)]);
        const clip = run("RealDiv", float, [scalar(clipNorm), norm]);
        const scale = ifFinite(run("Minimum", float, [clip, scalar(1)]), 0);
        // TensorFlow forms 1 − β and 1 − βⁿ in float32. So both are taken of the float32 that it is given, and the rate
        // is corrected here: of powers that are zero TensorFlow's own correction is 1.
        const [first, second] = [Math.fround(beta1), Math.fround(beta2)];
        const correction = Math.sqrt(1 - second ** step);
        const rate = (learningRate * correction) / (1 - first ** step);
        const settings = [
          scalar(0),
          scalar(0),
          ifFinite(scalar(rate), 0),
          ifFinite(scalar(first), 1),
          ifFinite(scalar(second), 1),
          // TensorFlow adds ε to √v, Kingma & Ba to √(v/(1 − β₂ⁿ)).
          scalar(epsilon * correction),
        ];
        const [parameters, firsts, seconds] = states.map(({ held }) => held) as [
          Handle[],
          Handle[],
          Handle[],
        ];
        gradients.forEach((gradient, i) => {
          // Zero where the scale is, even if the gradient is not finite.
          eager.scope(() => {
            const scaled = run("MulNoNan", float, [eager.handle(gradient), scale]);
            const targets = [parameters[i], firsts[i], seconds[i]] as Handle[];
            eager.execute("ResourceApplyAdam", adam, [...targets, ...settings, scaled]);
            return [];
          });
          gradient.dispose();
        });
        return [norm, run("SelectV2", float, [finite, scalar(0), scalar(1)])] as const;
      });
      return [
        ...states.flatMap(({ held, shapes }) =>
          held.map((variable, i) => variables.give(variable, shapes[i] as number[])),
        ),
        backend.createOutputTensor(norm),
        backend.createOutputTensor(skipped),
      ];
    },
  });

  registerEagerKernel<Record<string, Handle>, ApplyAverageAttributes>(
    eager,
    kernelNames.applyAverage,
    (inputs, { count, decay }) => {
      const rate = scalar(1 - decay);
      return Array.from({ length: count }, (_, i) => {
        const average = inputs[`average${i}`] as Handle;
        const parameter = inputs[`parameter${i}`] as Handle;
        const change = run("Mul", float, [run("Sub", float, [parameter, average]), rate]);
        return run("AddV2", float, [average, change]);
      });
    },
  );
}
