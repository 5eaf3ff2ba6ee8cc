import { type ApplyAdamAttributes, type ApplyAverageAttributes, kernelNames } from "@eddyflow/ops";
import type { NamedTensorMap, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type Dispatcher, registerShaderKernel, workgroupSize } from "./dispatch.ts";
import {
  adamShader,
  averageShader,
  chunks,
  normShader,
  squaresShader,
} from "./optimizer-shaders.ts";

/** More would make the workgroups of a group's largest tensor wait for few others. */
const mostPerDispatch = 8;
/** Of one dimension; every invocation goes on from there in strides. */
const mostWorkgroups = 1024;

const largest = (tensors: readonly TensorInfo[]): number =>
  Math.max(...tensors.map(({ shape }) => sizeOf(shape)));

const workgroupsOver = (tensors: readonly TensorInfo[]): [number, number, 1] => [
  Math.max(1, Math.min(mostWorkgroups, Math.ceil(largest(tensors) / workgroupSize))),
  tensors.length,
  1,
];

/** Registers the optimizer's step and the moving average's, several parameters per dispatch and in place. */
export function registerOptimizerKernels(dispatcher: Dispatcher): void {
  const { create, dispose, numBuffers, run, takeOver } = dispatcher;

  /** Calls `body` for [from, to) of `count` tensors, as many at a time as a shader's buffers allow. */
  const inGroups = (
    count: number,
    buffersEach: number,
    buffersShared: number,
    body: (from: number, to: number) => void,
  ): void => {
    const fitting = Math.floor((numBuffers - buffersShared) / buffersEach);
    const step = Math.max(1, Math.min(mostPerDispatch, fitting));
    for (let from = 0; from < count; from += step) body(from, Math.min(from + step, count));
  };
  const sizesOf = (tensors: readonly TensorInfo[]): number[] =>
    tensors.map(({ shape }) => sizeOf(shape));

  registerShaderKernel<NamedTensorMap, ApplyAdamAttributes>(
    kernelNames.applyAdam,
    (inputs, { count, learningRate, beta1, beta2, epsilon, step, clipNorm }) => {
      const all = (role: string): TensorInfo[] =>
        Array.from({ length: count }, (_, i) => inputs[`${role}${i}`] as TensorInfo);
      const gradients = all("gradient");
      const [parameters, firsts, seconds] = ["parameter", "first", "second"].map((role) =>
        all(role).map(takeOver),
      ) as [TensorInfo[], TensorInfo[], TensorInfo[]];

      const partial = create([count, chunks]);
      inGroups(count, 1, 1, (from, to) => {
        const reads = gradients.slice(from, to);
        const integers = [from, ...sizesOf(reads)];
        run(squaresShader(to - from), { reads, writes: [partial], integers }, [
          chunks,
          to - from,
          1,
        ]);
      });
      const [norm, skipped, factor] = [create([]), create([]), create([])] as const;
      run(
        normShader,
        {
          reads: [partial],
          writes: [norm, skipped, factor],
          integers: [count * chunks],
          floats: [Number.isFinite(clipNorm) ? clipNorm : -1],
        },
        [1, 1, 1],
      );
      const floats = [
        learningRate / (1 - beta1 ** step),
        1 - beta1,
        1 - beta2,
        1 / Math.sqrt(1 - beta2 ** step),
        epsilon,
      ];
      inGroups(count, 4, 1, (from, to) => {
        const changed = parameters.slice(from, to);
        const writes = changed.flatMap((parameter, i) => [
          parameter,
          firsts[from + i] as TensorInfo,
          seconds[from + i] as TensorInfo,
        ]);
        const reads = [factor, ...gradients.slice(from, to)];
        const operands = { reads, writes, integers: sizesOf(changed), floats };
        run(adamShader(to - from), operands, workgroupsOver(changed));
      });
      dispose(partial);
      dispose(factor);
      return [...parameters, ...firsts, ...seconds, norm, skipped];
    },
  );

  registerShaderKernel<NamedTensorMap, ApplyAverageAttributes>(
    kernelNames.applyAverage,
    (inputs, { count, decay }) => {
      const all = (role: string): TensorInfo[] =>
        Array.from({ length: count }, (_, i) => inputs[`${role}${i}`] as TensorInfo);
      const averages = all("average").map(takeOver);
      const parameters = all("parameter");
      inGroups(count, 2, 0, (from, to) => {
        const reads = parameters.slice(from, to);
        const operands = {
          reads,
          writes: averages.slice(from, to),
          integers: sizesOf(reads),
          floats: [1 - decay],
        };
        run(averageShader(to - from), operands, workgroupsOver(reads));
      });
      return averages;
    },
  );
}
