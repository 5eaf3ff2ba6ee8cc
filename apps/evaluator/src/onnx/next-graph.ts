import type { Manifest } from "@eddyflow/checkpointing";
import { CheckpointError, type Normalisation } from "@eddyflow/core";
import { type ButcherTableau, intervalsOf, tableauOf } from "@eddyflow/samplers";
import { createGraph, type Graph, type Value } from "./graph.ts";
import {
  channelsLast,
  channelsSecond,
  everywhere,
  networkGraph,
  portAxes,
  spaceAxes,
} from "./network-graph.ts";
import type { NamedNetwork } from "./u-net-graph.ts";

type Networks = Readonly<Record<string, NamedNetwork>>;

/** What the steps of a sampler have in common. */
interface Run {
  readonly graph: Graph;
  readonly networks: Networks;
  readonly y: Value | undefined;
}

/**
 * An ONNX file of a whole model, in physical units: `previous` `[batch, ...space, history · channel]`, the oldest first, and
 * standard normal `noise` `[batch, ...space, channel]` to `next`. Where the model knows parameters of the trajectory it has
 * the input `parameters`, `[batch, parameter]`. Every evaluation of the manifest's sampler is in the graph.
 *
 * @throws CheckpointError where the manifest's networks and sampler do not go together.
 */
export function nextModel(
  manifest: Manifest,
  networks: Networks,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { channels, conditioning, normalisation, clock } = manifest;
  const { description } = networkOf(networks, "student");
  const dimensions = description.padding.length;
  const graph = createGraph("next");
  const previousChannels = conditioning.history * channels.length;
  const previous = graph.input("previous", portAxes(description, previousChannels));
  const states = channelsSecond(
    graph,
    dimensions,
    scaled(graph, previous, repeated(normalisation, conditioning.history)),
  );
  const { parameters } = conditioning;
  const y =
    parameters.channels.length === 0
      ? states
      : graph.node("Concat", [states, constants(graph, parameters, states, dimensions)], {
          axis: 1,
        });
  const noise = (): Value =>
    channelsSecond(graph, dimensions, graph.input("noise", portAxes(description, channels.length)));
  const end = endGraph({ graph, networks, y }, manifest, noise);
  const { mean, std } = normalisation;
  const scale = graph.floats(std, [std.length]);
  const physical = graph.node("Add", [
    graph.node("Mul", [channelsLast(graph, dimensions, end), scale]),
    graph.floats(mean, [mean.length]),
  ]);
  const next = clock === null ? physical : withClock(graph, manifest, previous, physical);
  graph.output("next", portAxes(description, channels.length), next);
  return graph.encode(metadata);
}

/** Where the sampler carries the noise. */
function endGraph({ graph, networks, y }: Run, { sampler }: Manifest, noise: () => Value): Value {
  const student = networkOf(networks, "student");
  const { kind } = student.description;
  const known = y === undefined ? {} : { y };
  const evaluate = (network: NamedNetwork, x: Value, times: readonly number[]): Value =>
    networkGraph(graph, network, {
      x,
      ...known,
      times: times.map((time) => graph.floats([time], [1])),
    });
  const sum = (x: Value, value: Value, factor: number): Value =>
    graph.node("Add", [x, factor === 1 ? value : multiplied(graph, value, factor)]);

  if (sampler.kind === "direct" && (kind === "generator" || kind === "predictor")) {
    const input = kind === "generator" ? { x: noise() } : {};
    return networkGraph(graph, student, { ...input, ...known, times: [] });
  }
  if (sampler.kind === "integrate" && kind === "velocity") {
    const tableau = tableauOf(sampler.tableau);
    return intervalsOf(sampler.times).reduce(
      (x, [t, delta]) =>
        rungeKuttaGraph(graph, tableau, { x, t, delta }, (state, time) =>
          evaluate(student, state, [time]),
        ),
      noise(),
    );
  }
  if (sampler.kind === "jump" && (kind === "corrector" || kind === "mean-velocity")) {
    return intervalsOf(sampler.times).reduce((x, [t, delta]) => {
      const made = evaluate(student, x, [t, delta]);
      if (kind === "mean-velocity") return sum(x, made, delta);
      if (delta === 1) return graph.node("Add", [x, made]);
      const velocity = evaluate(networkOf(networks, "velocity"), x, [t]);
      return graph.node("Add", [
        x,
        sum(multiplied(graph, velocity, delta * (1 - delta)), made, delta ** 2),
      ]);
    }, noise());
  }
  throw new CheckpointError({
    problem: `a network of kind "${kind}" cannot be run by a sampler of kind "${sampler.kind}"`,
    expected: "integrate for a velocity, jump for a flow map, direct for the others",
    remedy: "give a checkpoint of this release",
  });
}

const multiplied = (graph: Graph, value: Value, factor: number): Value =>
  graph.node("Mul", [value, graph.floats([factor], [])]);

/** One explicit Runge–Kutta step from flow time t to t + δ. */
function rungeKuttaGraph(
  graph: Graph,
  tableau: ButcherTableau,
  { x, t, delta }: { readonly x: Value; readonly t: number; readonly delta: number },
  velocity: (x: Value, t: number) => Value,
): Value {
  const stages: Value[] = [];
  const moved = (weights: readonly number[]): Value =>
    weights.reduce<Value>((state, weight, i) => {
      if (weight === 0) return state;
      return graph.node("Add", [state, multiplied(graph, stages[i] as Value, weight * delta)]);
    }, x);
  for (const [i, row] of tableau.a.entries()) {
    stages.push(velocity(moved(row), t + (tableau.c[i] as number) * delta));
  }
  return moved(tableau.b);
}

/** (x − mean)/std by channel, the last axis. */
function scaled(graph: Graph, x: Value, { mean, std }: Normalisation): Value {
  const centred = graph.node("Sub", [x, graph.floats(mean, [mean.length])]);
  return graph.node("Div", [centred, graph.floats(std, [std.length])]);
}

/** The normalisation of several states beside each other as channels. */
function repeated({ channels, mean, std }: Normalisation, history: number): Normalisation {
  const often = <T>(values: readonly T[]) => Array.from({ length: history }, () => values).flat();
  return { channels: often(channels), mean: often(mean), std: often(std) };
}

/** The parameters of the trajectory as constant channels of a field like `states`. */
function constants(
  graph: Graph,
  parameters: Normalisation,
  states: Value,
  dimensions: number,
): Value {
  const count = parameters.channels.length;
  const given = scaled(graph, graph.input("parameters", ["batch", count]), parameters);
  const places = graph.integers(spaceAxes(dimensions));
  return everywhere(graph, graph.node("Unsqueeze", [given, places]), {
    channels: count,
    like: states,
  });
}

/** The drawn state, with the channel that holds the time taken from the latest state a step later. */
function withClock(
  graph: Graph,
  { clock, channels, conditioning }: Manifest,
  previous: Value,
  drawn: Value,
): Value {
  if (clock === null || clock.channel === null) return drawn;
  const at = channels.indexOf(clock.channel);
  const part = (value: Value, from: number, to: number): Value =>
    graph.node("Slice", [
      value,
      graph.integers([from]),
      graph.integers([to]),
      graph.integers([-1]),
    ]);
  const latest = (conditioning.history - 1) * channels.length + at;
  const time = graph.node("Add", [
    part(previous, latest, latest + 1),
    graph.floats([clock.step], []),
  ]);
  const parts = [
    ...(at > 0 ? [part(drawn, 0, at)] : []),
    time,
    ...(at + 1 < channels.length ? [part(drawn, at + 1, channels.length)] : []),
  ];
  return parts.length === 1 ? time : graph.node("Concat", parts, { axis: -1 });
}

function networkOf(networks: Networks, set: string): NamedNetwork {
  const network = networks[set];
  if (network !== undefined) return network;
  throw new CheckpointError({
    problem: `the checkpoint has no network "${set}", which its sampler needs`,
    expected: 'the sets "student", and "velocity" of a flow map that jumps a part of the way',
    remedy: "give a checkpoint of this release",
  });
}
