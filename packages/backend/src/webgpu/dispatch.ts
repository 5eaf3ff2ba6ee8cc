import { env, registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import type { WebgpuBackend } from "./webgpu-backend.ts";

/** Most workgroups that a dispatch has along an axis, which WebGPU promises to be at least 65,535. */
export const longestRow = 32_768;

/** Invocations of a workgroup, the most that every device takes. */
export const workgroupSize = 256;

/**
 * A compute shader. Its code finds the buffers by their names as arrays of f32, unless `types` says otherwise, and the
 * numbers as fields of `sizes`; it uses each of them and has the entry point `main`.
 */
export interface Shader {
  /** Tells it from every other shader. */
  readonly key: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Element types by name of buffer. */
  readonly types?: Readonly<Record<string, string>>;
  readonly integers: readonly string[];
  readonly floats?: readonly string[];
  readonly code: string;
}

/** What a shader is run on, in the order that it names them. */
interface Operands {
  readonly reads: readonly TensorInfo[];
  /** Their present values are read too where the shader does so. */
  readonly writes: readonly TensorInfo[];
  readonly integers: readonly number[];
  readonly floats?: readonly number[];
}

export type Workgroups = readonly [x: number, y: number, z: number];

export interface Dispatcher {
  readonly backend: WebgpuBackend;
  /** How many buffers a shader may use. */
  readonly numBuffers: number;
  /** Adds a command to those that the backend gathers, in their order. */
  run(shader: Shader, operands: Operands, workgroups: Workgroups): void;
  /** An uninitialised tensor. */
  create(shape: readonly number[]): TensorInfo;
  /**
   * `tensor` for a shader to change: itself where nothing else shows its values, else a copy. Either way the
   * caller disposes both.
   */
  takeOver(tensor: TensorInfo): TensorInfo;
  /** Disposes a tensor that {@link create} made. */
  dispose(tensor: TensorInfo): void;
}

/** The text of a shader with its declarations. */
function shaderText({ reads, writes, types = {}, integers, floats = [], code }: Shader): string {
  const buffer = (access: string) => (name: string, i: number) =>
    `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${types[name] ?? "f32"}>;`;
  const numbers = [
    ...integers.map((name) => `  ${name}: i32,`),
    ...floats.map((name) => `  ${name}: f32,`),
  ];
  return [
    ...reads.map(buffer("read")),
    ...writes.map((name, i) => buffer("read_write")(name, reads.length + i)),
    "struct Sizes {",
    ...numbers,
    "}",
    `@group(0) @binding(${reads.length + writes.length}) var<uniform> sizes: Sizes;`,
    code,
  ].join("\n");
}

function packNumbers({ integers, floats = [] }: Operands): ArrayBuffer {
  const bytes = new ArrayBuffer(16 * Math.ceil((integers.length + floats.length) / 4));
  new Int32Array(bytes).set(integers);
  new Float32Array(bytes).set(floats, integers.length);
  return bytes;
}

/** How many settings are kept on the device; a network has one per layer and size. */
const mostKeptNumbers = 4096;

/** Runs shaders of ours among the commands of tfjs-backend-webgpu, with its buffers. */
export function createDispatcher(backend: WebgpuBackend): Dispatcher {
  const { device, queue, bufferManager, tensorMap } = backend;
  const pipelines = new Map<string, { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }>();
  const keptNumbers = new Map<string, GPUBuffer>();

  const pipelineOf = (shader: Shader) => {
    let found = pipelines.get(shader.key);
    if (found === undefined) {
      const module = device.createShaderModule({ code: shaderText(shader), label: shader.key });
      const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
      found = { pipeline, layout: pipeline.getBindGroupLayout(0) };
      pipelines.set(shader.key, found);
    }
    return found;
  };

  /** The numbers on the device: kept where they are shapes, which come again in every step. */
  const numbersOf = (operands: Operands): GPUBuffer => {
    const bytes = packNumbers(operands);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    if (operands.floats !== undefined) {
      const buffer = bufferManager.acquireBuffer(bytes.byteLength, usage);
      queue.writeBuffer(buffer, 0, bytes);
      backend.uniformPendingDisposal.push(buffer);
      return buffer;
    }
    const key = operands.integers.join();
    let buffer = keptNumbers.get(key);
    if (buffer === undefined) {
      if (keptNumbers.size === mostKeptNumbers) keptNumbers.clear();
      buffer = device.createBuffer({ size: bytes.byteLength, usage });
      queue.writeBuffer(buffer, 0, bytes);
      keptNumbers.set(key, buffer);
    }
    return buffer;
  };

  const create = (shape: readonly number[]): TensorInfo =>
    backend.makeTensorInfo([...shape], "float32");

  return {
    backend,
    numBuffers: device.limits.maxStorageBuffersPerShaderStage,
    create,
    run(shader, operands, workgroups) {
      const { pipeline, layout } = pipelineOf(shader);
      const entries: GPUBindGroupEntry[] = [];
      for (const { dataId } of [...operands.reads, ...operands.writes]) {
        backend.uploadToGPU(dataId);
        const buffer = tensorMap.get(dataId).resource as GPUBuffer;
        entries.push({ binding: entries.length, resource: { buffer } });
        backend.commandQueueOwnedIds.add(dataId);
      }
      entries.push({ binding: entries.length, resource: { buffer: numbersOf(operands) } });
      const bindGroup = device.createBindGroup({ layout, entries });
      backend.ensureCommandEncoderReady();
      backend.computePassEncoder ??= (
        backend.commandEncoder as GPUCommandEncoder
      ).beginComputePass();
      const pass = backend.computePassEncoder;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
      backend.dispatchCountInPass++;
      if (backend.dispatchCountInPass >= env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) {
        backend.endComputePassEncoder();
        backend.submitQueue();
      }
    },
    takeOver(tensor) {
      const { dataId, shape } = tensor;
      backend.uploadToGPU(dataId);
      const data = tensorMap.get(dataId);
      if (data.refCount === 1) {
        backend.incRef(dataId);
        return { dataId, shape, dtype: "float32" };
      }
      const copy = create(shape);
      backend.uploadToGPU(copy.dataId);
      const [from, to] = [data.resource, tensorMap.get(copy.dataId).resource] as GPUBuffer[];
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      const encoder = backend.commandEncoder as GPUCommandEncoder;
      encoder.copyBufferToBuffer(from as GPUBuffer, 0, to as GPUBuffer, 0, (to as GPUBuffer).size);
      for (const id of [dataId, copy.dataId]) backend.commandQueueOwnedIds.add(id);
      return copy;
    },
    dispose: ({ dataId }) => {
      backend.disposeData(dataId);
    },
  };
}

/** Registers a kernel that is made of shaders; it returns tensors that {@link Dispatcher.create} made. */
export function registerShaderKernel<Inputs extends object, Attributes extends object>(
  kernelName: string,
  kernel: (inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[],
): void {
  registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs }) => kernel(inputs as Inputs, attrs as unknown as Attributes),
  });
}

/** The workgroups for one invocation per element, which {@link elementIndex} numbers. */
export function workgroupsFor(count: number): Workgroups {
  const total = Math.ceil(count / workgroupSize);
  return [Math.min(total, longestRow), Math.ceil(total / longestRow), 1];
}

/** WGSL: `main` with the index `i` of an element below `sizes.count`, and `body`. */
export const perElement = (body: string): string => `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let i = i32((group.y * ${longestRow}u + group.x) * ${workgroupSize}u + local);
  if (i >= sizes.count) { return; }
  ${body}
}`;
