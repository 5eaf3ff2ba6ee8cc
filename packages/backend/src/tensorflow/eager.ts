import {
  type DataId,
  type NamedTensorMap,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";

/** A tensor inside TensorFlow. */
export interface Handle {
  readonly id: number;
  readonly shape: number[];
}

/** One attribute of a TensorFlow operation. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

type BindingConstant =
  | "TF_FLOAT"
  | "TF_INT32"
  | "TF_ATTR_STRING"
  | "TF_ATTR_INT"
  | "TF_ATTR_FLOAT"
  | "TF_ATTR_BOOL"
  | "TF_ATTR_TYPE"
  | "TF_ATTR_SHAPE";

/** The addon of tfjs-node: TensorFlow's eager interface. */
export type Binding = Readonly<Record<BindingConstant, number>> & {
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    numOutputs: number,
  ): Handle[];
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  isUsingGpuDevice(): boolean;
};

/** What we use of tfjs-node's backend. */
export interface NodeBackend {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(handle: Handle): Tensor;
  disposeData(dataId: DataId, force?: boolean): boolean;
}

/** Operations of TensorFlow by name, for kernels that TensorFlow.js has no name for. */
export interface Eager {
  readonly backend: NodeBackend;
  /** The attribute that most operations want: `T` is float32. */
  readonly float: readonly OpAttribute[];
  readonly attribute: Readonly<
    Record<
      "string" | "int" | "float" | "bool" | "type" | "shape",
      (name: string, value: unknown) => OpAttribute
    >
  >;
  /** Runs an operation of one output, which lives until the enclosing scope ends. */
  run(op: string, attributes: readonly OpAttribute[], inputs: readonly Handle[]): Handle;
  /** Runs an operation without output. */
  execute(op: string, attributes: readonly OpAttribute[], inputs: readonly Handle[]): void;
  /** A float32 scalar, which lives until the enclosing scope ends. */
  scalar(value: number): Handle;
  /** A constant int32 tensor, made once for each content and kept; rank 1 unless `shape` is given. */
  constant(values: readonly number[], shape?: readonly number[]): Handle;
  /** The handle of a tensor of tfjs. */
  handle(tensor: TensorInfo): Handle;
  /** Runs `body`, then deletes every handle it made but those it returns. */
  scope<Result extends Handle | readonly Handle[]>(body: () => Result): Result;
}

/** Wraps the eager interface of TensorFlow that `backend` talks to. */
export function createEager(backend: NodeBackend): Eager {
  const { binding } = backend;
  const constants = new Map<string, Handle>();
  let made: Handle[] = [];

  const make = (kind: number) => (name: string, value: unknown) => ({ name, type: kind, value });
  const attribute = {
    string: make(binding.TF_ATTR_STRING),
    int: make(binding.TF_ATTR_INT),
    float: make(binding.TF_ATTR_FLOAT),
    bool: make(binding.TF_ATTR_BOOL),
    type: make(binding.TF_ATTR_TYPE),
    shape: make(binding.TF_ATTR_SHAPE),
  };
  const ids = (handles: readonly Handle[]): number[] => handles.map(({ id }) => id);

  return {
    backend,
    attribute,
    float: [attribute.type("T", binding.TF_FLOAT)],
    run(op, attributes, inputs) {
      const [output] = binding.executeOp(op, attributes, ids(inputs), 1) as [Handle];
      made.push(output);
      return output;
    },
    execute(op, attributes, inputs) {
      binding.executeOp(op, attributes, ids(inputs), 0);
    },
    scalar(value) {
      const id = binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value));
      const handle = { id, shape: [] };
      made.push(handle);
      return handle;
    },
    constant(values, shape = [values.length]) {
      const content = `${shape}:${values}`;
      let handle = constants.get(content);
      if (handle === undefined) {
        const id = binding.createTensor(shape, binding.TF_INT32, Int32Array.from(values));
        handle = { id, shape: [...shape] };
        constants.set(content, handle);
      }
      return handle;
    },
    handle(tensor) {
      const [id] = backend.getInputTensorIds([tensor]) as [number];
      return { id, shape: tensor.shape };
    },
    scope(body) {
      const outer = made;
      made = [];
      const kept = new Set<Handle>();
      try {
        const result = body();
        for (const handle of [result].flat()) kept.add(handle as Handle);
        return result;
      } finally {
        for (const handle of made) if (!kept.has(handle)) binding.deleteTensor(handle.id);
        made = outer;
      }
    },
  };
}

/** Registers a kernel of ours for native TensorFlow, made of its own operations. */
export function registerEagerKernel<Inputs extends object, Attributes extends object>(
  eager: Eager,
  kernelName: string,
  kernel: (
    inputs: { readonly [Name in keyof Inputs]: Handle },
    attributes: Attributes,
  ) => Handle | readonly Handle[],
): void {
  registerKernel({
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const handles: Record<string, Handle> = {};
      for (const [name, tensor] of Object.entries(inputs as NamedTensorMap)) {
        handles[name] = eager.handle(tensor);
      }
      const result = eager.scope(() => kernel(handles as never, (attrs ?? {}) as Attributes));
      return "id" in result
        ? eager.backend.createOutputTensor(result)
        : result.map((handle) => eager.backend.createOutputTensor(handle));
    },
  });
}
