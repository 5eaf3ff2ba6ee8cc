import {
  engine,
  type GradConfig,
  getBackend,
  getGradient,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";

/** A tfjs kernel of ours: what it computes by ordinary operations, and its exact gradient. */
export interface Operation<
  Inputs extends object,
  Saved extends Tensor[] = [],
  Attributes extends object = object,
> {
  readonly kernelName: string;
  /** Runs where the active backend registers no kernel of this name; inside a `tidy`, never on the tape. */
  readonly portable: (inputs: Inputs, attributes: Attributes) => Tensor | Tensor[];
  /** Null for a kernel that is not differentiated through. */
  readonly gradient: null | {
    /** Names of inputs, then flags of outputs, that make up `saved`. */
    readonly inputsToSave?: string[];
    readonly outputsToSave?: boolean[];
    /** One function per input, called only where that input's gradient is wanted. */
    readonly gradFunc: (
      dy: Tensor,
      saved: Saved,
      attributes: Attributes,
    ) => Readonly<Record<string, () => Tensor>>;
  };
}

/** The active backend; tfjs chooses one where none was set. */
function activeBackend(): string {
  void engine().backend;
  return getBackend();
}

/**
 * Runs `operation` on the active backend, with the portable kernel if it has no other. Kernel and gradient
 * are registered here instead of on import, so that importing has no side effect.
 */
export function runOperation<
  Inputs extends object,
  Saved extends Tensor[],
  Attributes extends object,
  Result extends Tensor | Tensor[] = Tensor,
>(operation: Operation<Inputs, Saved, Attributes>, inputs: Inputs, attributes: Attributes): Result {
  const { kernelName, portable, gradient } = operation;
  const backendName = activeBackend();
  if (getKernel(kernelName, backendName) === undefined) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        tidy(() => portable(inputs as Inputs, attrs as Attributes)),
    });
  }
  if (gradient !== null && getGradient(kernelName) === undefined) {
    registerGradient({ ...(gradient as unknown as GradConfig), kernelName });
  }
  return engine().runKernel(
    kernelName,
    inputs as NamedTensorMap,
    attributes as unknown as NamedAttrMap,
  ) as Result;
}
