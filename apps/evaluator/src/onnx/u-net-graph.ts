import type { StoredArray } from "@eddyflow/checkpointing";
import { CheckpointError, type NetworkDescription, type Padding } from "@eddyflow/core";
import type { Graph, Value } from "./graph.ts";

/** The weights of a network by name, in PyTorch's layout, which is ONNX's. */
type Weights = Readonly<Record<string, StoredArray>>;

/** A network with what its weights are called in the file. */
export interface NamedNetwork {
  readonly description: NetworkDescription;
  readonly weights: Weights;
  /** Goes before the names of its weights. */
  readonly set: string;
}

/** What a convolution reads beyond the ends of each axis, in cells. */
const width = 2;

/**
 * The U-Net of `@eddyflow/models` on a field `[batch, channel, ...space]`: convolutions of 3 and 1 points per axis, a
 * maximum over 2 per axis on the way down, each point twice per axis on the way up, and a rectifier after each block there.
 */
export function uNetGraph(graph: Graph, network: NamedNetwork, input: Value): Value {
  const { features, padding } = network.description;
  const twos = padding.map(() => 2);
  const block = (name: string, x: Value) => residualBlock(graph, network, name, x);
  const skips: Value[] = [];
  let x = block("first", input);
  for (let k = 0; k + 1 < features.length; k++) {
    skips.push(x);
    const attributes = { kernel_shape: twos, strides: twos };
    x = graph.node("MaxPool", [block(`encoder.${k}`, x)], attributes);
  }
  x = block("bottleneck", x);
  for (const [k, skip] of skips.reverse().entries()) {
    const scales = graph.floats([1, 1, ...twos], [twos.length + 2]);
    const doubled = graph.node("Resize", [x, "", scales], {
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    });
    const joined = graph.node("Concat", [block(`upsample.${k}`, doubled), skip], { axis: 1 });
    x = graph.node("Relu", [block(`decoder.${k}`, joined)]);
  }
  return block("final", x);
}

/** Conv1(x) + Conv3(relu(Conv3(pad₂(x)))). */
function residualBlock(graph: Graph, network: NamedNetwork, name: string, x: Value): Value {
  const { padding } = network.description;
  const convolution = (part: string, input: Value, kernel: number, zeros: readonly number[]) =>
    graph.node(
      "Conv",
      [
        input,
        weight(graph, network, `${name}.${part}.weight`),
        weight(graph, network, `${name}.${part}.bias`),
      ],
      { kernel_shape: padding.map(() => kernel), pads: [...zeros, ...zeros] },
    );
  const none = padding.map(() => 0);
  // Zeros are the convolution's own.
  const zeros = padding.map((kind) => (kind === "zero" ? width : 0));
  const padded = padGraph(graph, padding, x);
  const hidden = graph.node("Relu", [convolution("conv1", padded, 3, zeros)]);
  const skip = convolution("skip", x, 1, none);
  return graph.node("Add", [convolution("conv2", hidden, 3, none), skip]);
}

/** The field continued along the axes that are periodic, then along those that reflect. */
function padGraph(graph: Graph, padding: readonly Padding[], x: Value): Value {
  let padded = x;
  for (const [kind, mode] of [
    ["periodic", "wrap"],
    ["reflect", "reflect"],
  ] as const) {
    if (!padding.includes(kind)) continue;
    const widths = [0, 0, ...padding.map((own) => (own === kind ? width : 0))];
    padded = graph.node("Pad", [padded, graph.integers([...widths, ...widths])], { mode });
  }
  return padded;
}

/** @throws CheckpointError where the weights lack it. */
export function weight(graph: Graph, { weights, set }: NamedNetwork, name: string): Value {
  const array = weights[name];
  if (array !== undefined) return graph.weight(`${set}.${name}`, array);
  throw new CheckpointError({
    problem: `the network "${set}" lacks the weight "${name}"`,
    expected: "the weights of the U-Net that its manifest describes",
    remedy: "export a model whose network is that of @eddyflow/models",
  });
}
