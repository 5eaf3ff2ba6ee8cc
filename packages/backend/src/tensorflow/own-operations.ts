import type {
  ApplyAdamAttributes,
  ApplyAverageAttributes,
  PadFieldAttributes,
} from "@eddyflow/ops";
import type { Eager, Handle, OpAttribute } from "./eager.ts";

/** The operations that our addon adds to TensorFlow, each one pass over memory. Their sources are in kernels/. */
export interface OwnOperations {
  padField(x: Handle, attributes: PadFieldAttributes): Handle;
  padFieldGradient(dy: Handle, attributes: PadFieldAttributes): Handle;
  maxPoolHalf(x: Handle): Handle;
  maxPoolHalfGradient(x: Handle, y: Handle, dy: Handle): Handle;
  /**
   * Convolution with 3 × 3 (× 3) weights, + bias, + residual where there is one, then rectified if asked for. Like its
   * gradients it needs a processor with AVX-512, in bfloat16 with avx512_bf16, and throws without.
   */
  convolution(
    inputs: readonly [x: Handle, weight: Handle, bias: Handle, residual?: Handle],
    rectify: boolean,
  ): Handle;
  convolutionInputGradient(dy: Handle, weight: Handle): Handle;
  convolutionWeightGradient(x: Handle, dy: Handle): Handle;
  /** Sums in float32 also of a gradient in bfloat16. */
  biasGradient(dy: Handle): Handle;
  /** dy where y > 0, and the {@link OwnOperations.biasGradient} of that. */
  rectifyBiasGradient(dy: Handle, y: Handle): readonly Handle[];
  /** States (parameters, first, second moments) may be given up, to be worked on in place. */
  applyAdam(
    gradients: readonly Handle[],
    states: readonly Handle[],
    attributes: ApplyAdamAttributes,
  ): readonly Handle[];
  /** Averages may be given up, to be worked on in place. */
  applyAverage(
    parameters: readonly Handle[],
    averages: readonly Handle[],
    attributes: ApplyAverageAttributes,
  ): readonly Handle[];
}

/** The operations of our addon, or null where the addon is another or the device is not the processor. */
export function findOwnOperations(eager: Eager): OwnOperations | null {
  const { attribute, backend, float, run, runAll, vector } = eager;
  const padAttributes = new Map<string, OpAttribute[]>();
  const ofPadding = (attributes: PadFieldAttributes) => {
    const modes = attributes.padding.map((mode) => mode[0]).join("");
    const key = `${modes}${attributes.width}`;
    let known = padAttributes.get(key);
    if (known === undefined) {
      known = [
        ...float,
        attribute.int("width", attributes.width),
        attribute.string("modes", modes),
      ];
      padAttributes.set(key, known);
    }
    return known;
  };
  const counted = (count: number) => [...float, attribute.int("count", count)];

  const convolutions = [0, 1].map((count) =>
    [0, 1].map((rectify) => [...counted(count), attribute.int("rectify", rectify)]),
  );

  const own: OwnOperations = {
    padField: (x, attributes) => run("EddyflowPadField", ofPadding(attributes), [x]),
    padFieldGradient: (dy, attributes) =>
      run("EddyflowPadFieldGradient", ofPadding(attributes), [dy]),
    maxPoolHalf: (x) => run("EddyflowMaxPoolHalf", float, [x]),
    maxPoolHalfGradient: (...inputs) => run("EddyflowMaxPoolHalfGradient", float, inputs),
    convolution: (inputs, rectify) =>
      run(
        "EddyflowConvolution",
        convolutions[inputs.length - 3]?.[Number(rectify)] as OpAttribute[],
        inputs as readonly Handle[],
      ),
    convolutionInputGradient: (...inputs) => run("EddyflowConvolutionInputGradient", float, inputs),
    convolutionWeightGradient: (...inputs) =>
      run("EddyflowConvolutionWeightGradient", float, inputs),
    biasGradient: (dy) => run("EddyflowBiasGradient", float, [dy]),
    rectifyBiasGradient: (...inputs) => runAll("EddyflowRectifyBiasGradient", float, inputs, 2),
    applyAdam(gradients, states, { learningRate, beta1, beta2, epsilon, step, clipNorm }) {
      const settings = [
        learningRate,
        beta1,
        beta2,
        epsilon,
        1 / (1 - beta1 ** step),
        1 / Math.sqrt(1 - beta2 ** step),
        1 - beta1,
        1 - beta2,
        clipNorm,
      ];
      return runAll(
        "EddyflowApplyAdam",
        counted(gradients.length),
        [...gradients, ...states, vector(settings)],
        states.length + 2,
      );
    },
    applyAverage: (parameters, averages, { decay }) =>
      runAll(
        "EddyflowApplyAverage",
        counted(averages.length),
        [...parameters, ...averages, eager.scalar(1 - decay)],
        averages.length,
      ),
  };

  if (backend.isUsingGpuDevice) return null;
  try {
    // Another addon knows neither the operation nor what it means to give an input up.
    eager.scope(() => {
      own.padField(eager.giveUp(vector([1, 2], [1, 2, 1])), { padding: ["periodic"], width: 1 });
      return [];
    });
    return own;
  } catch {
    return null;
  }
}
