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
  /** TensorFlow's number of the type. */
  readonly dtype: number;
}

/** TensorFlow's number of bfloat16, for which the addon has no name. */
export const bfloat16 = 14;

/** One attribute of a TensorFlow operation. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

type BindingConstant =
  | "TF_FLOAT"
  | "TF_INT32"
  | "TF_COMPLEX64"
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
  readonly tensorMap: {
    get(dataId: DataId): { readonly dtype: number; readonly refCount: number; id: number };
  };
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(handle: Handle): Tensor;
  executeSingleOutput(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
  ): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    numOutputs: number,
  ): Tensor[];
  readSync(dataId: DataId): unknown;
  disposeData(dataId: DataId, force?: boolean): boolean;
}

/** Operations of TensorFlow by name, for kernels that TensorFlow.js has no name for. */
export interface Eager {
  readonly backend: NodeBackend;
  /**
   * The attribute that most operations want: `T` is float32, or bfloat16 in a `run` with an input that is.
   */
  readonly float: readonly OpAttribute[];
  readonly attribute: Readonly<
    Record<
      "string" | "int" | "float" | "bool" | "type" | "shape",
      (name: string, value: unknown) => OpAttribute
    >
  >;
  /**
   * Runs an operation of one output, which lives until the enclosing scope ends. Attributes of types that are
   * float32 become bfloat16 where an input is.
   */
  run(op: string, attributes: readonly OpAttribute[], inputs: readonly Handle[]): Handle;
  /** Runs an operation of several outputs, otherwise like {@link Eager.run}. */
  runAll(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Handle[],
    numOutputs: number,
  ): readonly Handle[];
  /** Runs an operation without output. */
  execute(op: string, attributes: readonly OpAttribute[], inputs: readonly Handle[]): void;
  /** A float32 scalar, which lives until the enclosing scope ends. */
  scalar(value: number): Handle;
  /** A float32 tensor, of rank 1 unless `shape` is given, which lives until the enclosing scope ends. */
  vector(values: readonly number[], shape?: readonly number[]): Handle;
  /**
   * A handle of this scope for the next operation alone, which may write its result into the memory. Only our
   * own addon can do this ({@link findOwnOperations}).
   */
  giveUp(handle: Handle): Handle;
  /**
   * The same for a tensor of tfjs that is disposed next, and is worth nothing even before that. A tensor whose value another
   * tensor shows too is not given up; TensorFlow itself does not write into memory that is shared in other ways, or
   * belongs to JavaScript.
   */
  giveUpTensor(tensor: TensorInfo): Handle;
  /** A float32 or bfloat16 tensor as the other of the two; itself if it is of this type. */
  cast(x: Handle, dtype: number): Handle;
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

  const lowered = new WeakMap<readonly OpAttribute[], readonly OpAttribute[]>();
  const inLowPrecision = (attributes: readonly OpAttribute[]): readonly OpAttribute[] => {
    let low = lowered.get(attributes);
    if (low === undefined) {
      const lower = (value: unknown): unknown => (value === binding.TF_FLOAT ? bfloat16 : value);
      low = attributes.map((each) =>
        each.type === binding.TF_ATTR_TYPE
          ? {
              ...each,
              value: Array.isArray(each.value) ? each.value.map(lower) : lower(each.value),
            }
          : each,
      );
      lowered.set(attributes, low);
    }
    return low;
  };
  const castTo = (from: number, to: number): OpAttribute[] => [
    attribute.type("SrcT", from),
    attribute.type("DstT", to),
    attribute.bool("Truncate", false),
  ];
  const lowering = castTo(binding.TF_FLOAT, bfloat16);
  const raising = castTo(bfloat16, binding.TF_FLOAT);
  const runAsIs = (
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Handle[],
    numOutputs = 1,
  ): readonly [Handle, ...Handle[]] => {
    const outputs = binding.executeOp(op, attributes, ids(inputs), numOutputs);
    made.push(...outputs);
    return outputs as [Handle, ...Handle[]];
  };
  const fitting = (attributes: readonly OpAttribute[], inputs: readonly Handle[]) =>
    inputs.some(({ dtype }) => dtype === bfloat16) ? inLowPrecision(attributes) : attributes;

  const vector = (values: readonly number[], shape: readonly number[] = [values.length]) => {
    const dtype = binding.TF_FLOAT;
    const id = binding.createTensor(shape, dtype, Float32Array.from(values));
    const handle = { id, shape: [...shape], dtype };
    made.push(handle);
    return handle;
  };
  const handleOf = (tensor: TensorInfo): Handle => {
    const [id] = backend.getInputTensorIds([tensor]) as [number];
    return { id, shape: tensor.shape, dtype: backend.tensorMap.get(tensor.dataId).dtype };
  };
  // What the addon deletes once an operation has it.
  const consumed = (handle: Handle): Handle => ({ ...handle, id: -1 - handle.id });

  return {
    backend,
    attribute,
    vector,
    float: [attribute.type("T", binding.TF_FLOAT)],
    run: (op, attributes, inputs) => runAsIs(op, fitting(attributes, inputs), inputs)[0],
    runAll: (op, attributes, inputs, numOutputs) =>
      runAsIs(op, fitting(attributes, inputs), inputs, numOutputs),
    cast(x, dtype) {
      if (x.dtype === dtype) return x;
      return runAsIs("Cast", dtype === bfloat16 ? lowering : raising, [x])[0];
    },
    execute(op, attributes, inputs) {
      binding.executeOp(op, attributes, ids(inputs), 0);
    },
    scalar: (value) => vector([value], []),
    giveUp(handle) {
      made = made.filter((each) => each !== handle);
      return consumed(handle);
    },
    giveUpTensor(tensor) {
      const handle = handleOf(tensor);
      const entry = backend.tensorMap.get(tensor.dataId);
      if (entry.refCount > 1) return handle;
      // So that disposing the tensor deletes nothing.
      entry.id = -1;
      return consumed(handle);
    },
    constant(values, shape = [values.length]) {
      const content = `${shape}:${values}`;
      let handle = constants.get(content);
      if (handle === undefined) {
        const id = binding.createTensor(shape, binding.TF_INT32, Int32Array.from(values));
        handle = { id, shape: [...shape], dtype: binding.TF_INT32 };
        constants.set(content, handle);
      }
      return handle;
    },
    handle: handleOf,
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
