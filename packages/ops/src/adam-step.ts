import { ArgumentError, type Params } from "@eddyflow/core";
import {
  add,
  dispose,
  div,
  equal,
  minimum,
  mul,
  type NamedTensorMap,
  type Scalar,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { sumOfSquares } from "./sum-of-squares.ts";

/** Attributes of the kernel `ApplyAdam`, whose inputs are parameterᵢ, gradientᵢ, firstᵢ, secondᵢ, i < count. */
export interface ApplyAdamAttributes {
  readonly count: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Number of this step, 1 for the first. */
  readonly step: number;
  /** Infinity for none. */
  readonly clipNorm: number;
}

/** What {@link adamStep} takes. The four records have the same keys. */
export interface AdamStepOptions {
  readonly params: Params;
  readonly gradients: Params;
  /** First moments m, zero at the start. */
  readonly first: Params;
  /** Second moments v, zero at the start. */
  readonly second: Params;
  readonly learningRate: number;
  /** Decay of the first moments, in [0, 1). */
  readonly beta1: number;
  /** Decay of the second moments, in [0, 1). */
  readonly beta2: number;
  readonly epsilon: number;
  /** Number of this step, 1 for the first; a skipped step counts. */
  readonly step: number;
  /** Largest global norm of the gradients; no clipping where absent. */
  readonly clipNorm?: number;
}

/** What {@link adamStep} gives back; the caller disposes all of it. */
export interface AdamStepResult {
  readonly params: Params;
  readonly first: Params;
  readonly second: Params;
  /** Global norm of the gradients before clipping; not finite where the step was skipped. */
  readonly norm: Scalar;
  /** 1 where the step was skipped, else 0. */
  readonly skipped: Scalar;
}

const applyAdam: Operation<NamedTensorMap, [], ApplyAdamAttributes> = {
  kernelName: kernelNames.applyAdam,
  portable: (inputs, { count, learningRate, beta1, beta2, epsilon, step, clipNorm }) => {
    const all = (role: string): Tensor[] =>
      Array.from({ length: count }, (_, i) => inputs[`${role}${i}`] as Tensor);
    const gradients = all("gradient");
    const firsts = all("first");
    const seconds = all("second");
    const norm = sqrt(sumOfSquares(gradients));
    // x − x is 0 just where x is finite; not every backend has a kernel for isFinite
    const finite = equal(sub(norm, norm), 0);
    const ifFinite = (value: Tensor | number, otherwise: number): Tensor =>
      where(finite, value, scalar(otherwise));
    const scale = ifFinite(minimum(div(clipNorm, norm), 1), 0);
    // With these, zero gradients leave moments and parameters bit for bit as they were.
    const takeFirst = ifFinite(1 - beta1, 0);
    const takeSecond = ifFinite(1 - beta2, 0);
    const rate = ifFinite(learningRate / (1 - beta1 ** step), 0);
    const correction = 1 / Math.sqrt(1 - beta2 ** step);

    const params: Tensor[] = [];
    const first: Tensor[] = [];
    const second: Tensor[] = [];
    all("parameter").forEach((parameter, i) => {
      const raw = gradients[i] as Tensor;
      const gradient = where(finite, mul(raw, scale), zerosLike(raw));
      const [oldM, oldV] = [firsts[i], seconds[i]] as [Tensor, Tensor];
      const m = add(oldM, mul(sub(gradient, oldM), takeFirst));
      const v = add(oldV, mul(sub(square(gradient), oldV), takeSecond));
      const direction = div(m, add(mul(sqrt(v), correction), epsilon));
      params.push(sub(parameter, mul(direction, rate)));
      first.push(m);
      second.push(v);
    });
    return [...params, ...first, ...second, norm, sub(1, finite)];
  },
  gradient: null,
};

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) with gradients clipped by their global norm:
 * g ← g · min(1, clipNorm/‖g‖), m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v),
 * p ← p − η (m/(1 − β₁ⁿ)) / (√(v/(1 − β₂ⁿ)) + ε), n the number of the step.
 *
 * 1 − β is formed in float64. In float32 it would be off by 2e-4 at β = .9999, and β and 1 − β, both rounded, would not
 * sum to 1.
 *
 * Where ‖g‖ is not finite (in float32: also where it overflows) nothing changes, exactly, and `skipped` is 1; this
 * is decided on the device, so that nothing waits for a read. Consumes `params`, `gradients`, `first` and
 * `second`: a backend may work in place.
 *
 * @throws ArgumentError unless the four records have the same keys, one or more.
 */
export function adamStep(options: AdamStepOptions): AdamStepResult {
  const { params, gradients, first, second, clipNorm = Number.POSITIVE_INFINITY } = options;
  const { learningRate, beta1, beta2, epsilon, step } = options;
  const names = Object.keys(params);
  if (names.length === 0) {
    throw new ArgumentError({
      problem: "adamStep got no parameters",
      expected: "at least one",
      remedy: "pass the parameters of a network",
    });
  }
  const inputs: NamedTensorMap = {};
  for (const [i, name] of names.entries()) {
    const roles = {
      parameter: params[name],
      gradient: gradients[name],
      first: first[name],
      second: second[name],
    };
    for (const [role, value] of Object.entries(roles)) {
      if (value === undefined) {
        throw new ArgumentError({
          problem: `adamStep got no ${role} for ${name}`,
          expected: "one parameter, gradient, first and second moment per name",
          remedy: "make the optimizer's state from the same parameters",
        });
      }
      inputs[`${role}${i}`] = value;
    }
  }
  const count = names.length;
  const attributes = { count, learningRate, beta1, beta2, epsilon, step, clipNorm };
  const outputs: Tensor[] = runOperation(applyAdam, inputs, attributes);
  dispose(inputs);
  const named = (offset: number): Params =>
    Object.fromEntries(names.map((name, i) => [name, outputs[offset + i] as Tensor]));
  return {
    params: named(0),
    first: named(count),
    second: named(2 * count),
    norm: outputs[3 * count] as Scalar,
    skipped: outputs[3 * count + 1] as Scalar,
  };
}
