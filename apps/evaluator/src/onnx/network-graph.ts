import type { NetworkDescription, NetworkKind } from "@eddyflow/core";
import { spectralGainName } from "@eddyflow/models";
import { cellCentres } from "./cell-centres.ts";
import { type Axes, createGraph, type Graph, type Value } from "./graph.ts";
import { spectralGainGraph } from "./spectral-gain-graph.ts";
import { type NamedNetwork, uNetGraph, weight } from "./u-net-graph.ts";

/** What a network reads, each a field `[batch, channel, ...space]` or a time `[batch]`. */
export interface NetworkInputs {
  /** The state or the noise; absent for a predictor. */
  readonly x?: Value;
  /** The condition; absent where it has no channels. */
  readonly y?: Value;
  /** t, then δ: as many as the kind has. */
  readonly times: readonly Value[];
}

/** Which inputs and which output each kind of network has, in normalised units. */
export const portsOf: Readonly<
  Record<
    NetworkKind,
    { readonly state: string | null; readonly times: readonly string[]; readonly output: string }
  >
> = {
  velocity: { state: "x", times: ["t"], output: "velocity" },
  corrector: { state: "x", times: ["t", "delta"], output: "correction" },
  "mean-velocity": { state: "x", times: ["t", "delta"], output: "mean_velocity" },
  generator: { state: "noise", times: [], output: "next" },
  predictor: { state: null, times: [], output: "next" },
};

/** A network evaluated once on cat[x, y, position, times]: `[batch, stateChannels, ...space]`. */
export function networkGraph(graph: Graph, network: NamedNetwork, inputs: NetworkInputs): Value {
  const { padding, position = [] } = network.description;
  const fields = [inputs.x, inputs.y].filter((value) => value !== undefined);
  const like = fields[0] as Value;
  const parts = [
    ...fields,
    ...position.map((axis) =>
      everywhere(graph, coordinate(graph, padding.length, axis, like), { channels: 1, like }),
    ),
    ...inputs.times.map((time) => {
      const places = graph.integers([1, ...spaceAxes(padding.length)]);
      return everywhere(graph, graph.node("Unsqueeze", [time, places]), { channels: 1, like });
    }),
  ];
  const joined = parts.length === 1 ? like : graph.node("Concat", parts, { axis: 1 });
  const made = uNetGraph(graph, network, joined);
  const { kind, spectralGain: wavenumbers } = network.description;
  if (kind !== "velocity" || wavenumbers === undefined || inputs.x === undefined) return made;
  const end = graph.node("Add", [inputs.x, made]);
  const gain = weight(graph, network, spectralGainName);
  return graph.node("Add", [made, spectralGainGraph(graph, end, gain, { padding, wavenumbers })]);
}

/** The spatial axes of a field whose channels are second. */
export const spaceAxes = (dimensions: number): readonly number[] =>
  Array.from({ length: dimensions }, (_, axis) => axis + 2);

/** A value of length 1 along some axes, repeated until it is as large as the field `like`, but for its channels. */
export function everywhere(
  graph: Graph,
  value: Value,
  { channels, like }: { readonly channels: number; readonly like: Value },
): Value {
  const batch = graph.node("Shape", [like], { start: 0, end: 1 });
  const space = graph.node("Shape", [like], { start: 2 });
  const shape = graph.node("Concat", [batch, graph.integers([channels]), space], { axis: 0 });
  return graph.node("Expand", [value, shape]);
}

/** √12 (i + ½ − n/2)/n at point i of n along an axis, of length 1 along the others. */
function coordinate(graph: Graph, dimensions: number, axis: number, like: Value): Value {
  const number = (value: number) => graph.floats([value], []);
  const { count, centres } = cellCentres(graph, like, axis + 2);
  const half = graph.node("Mul", [count, number(0.5)]);
  const centred = graph.node("Sub", [centres, half]);
  const scaled = graph.node("Div", [graph.node("Mul", [centred, number(Math.sqrt(12))]), count]);
  const shape = new Array<number>(dimensions + 2).fill(1);
  shape[axis + 2] = -1;
  return graph.node("Reshape", [scaled, graph.integers(shape)]);
}

/** The axes of a field with its channels last, as all ports have them. */
export const portAxes = ({ padding }: NetworkDescription, channels: number): Axes => [
  "batch",
  ...["z", "y", "x"].slice(-padding.length),
  channels,
];

/** A field with its channels last, with them second. */
export function channelsSecond(graph: Graph, dimensions: number, value: Value): Value {
  const space = Array.from({ length: dimensions }, (_, axis) => axis + 1);
  return graph.node("Transpose", [value], { perm: [0, dimensions + 1, ...space] });
}

/** A field with its channels second, with them last. */
export function channelsLast(graph: Graph, dimensions: number, value: Value): Value {
  return graph.node("Transpose", [value], { perm: [0, ...spaceAxes(dimensions), 1] });
}

/**
 * An ONNX file of one evaluation of a network, all in normalised units: inputs x (noise for a generator, none for a predictor)
 * and y `[batch, ...space, channel]`, t and delta `[batch]`, as far as its kind has them.
 */
export function networkModel(
  network: NamedNetwork,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { description, set } = network;
  const { kind, padding, stateChannels, conditionChannels } = description;
  const { state, times, output } = portsOf[kind];
  const graph = createGraph(set);
  const field = (name: string, channels: number): Value =>
    channelsSecond(graph, padding.length, graph.input(name, portAxes(description, channels)));
  const result = networkGraph(graph, network, {
    ...(state !== null && { x: field(state, stateChannels) }),
    ...(conditionChannels > 0 && { y: field("y", conditionChannels) }),
    times: times.map((time) => graph.input(time, ["batch"])),
  });
  const last = channelsLast(graph, padding.length, result);
  graph.output(output, portAxes(description, stateChannels), last);
  return graph.encode(metadata);
}
