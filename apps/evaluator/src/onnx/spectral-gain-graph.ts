import type { Padding } from "@eddyflow/core";
import { type Wave, waveModes } from "@eddyflow/models";
import { cellCentres } from "./cell-centres.ts";
import type { Graph, Value } from "./graph.ts";

/**
 * `spectralGain` of `@eddyflow/models` on a field `[batch, channel, ...space]`, whose points are known when the model is
 * run: onto the waves of each axis, each times its gain, and back.
 */
export function spectralGainGraph(
  graph: Graph,
  field: Value,
  gain: Value,
  { padding, wavenumbers }: { readonly padding: readonly Padding[]; readonly wavenumbers: number },
): Value {
  const { axes, shares } = waveModes(padding, wavenumbers);
  const bases = axes.map((waves, axis) => basisGraph(graph, waves, field, axis + 2));
  const factors = graph.node("MatMul", [
    graph.floats([...shares], [shares.length / wavenumbers, wavenumbers]),
    gain,
  ]);
  const counts = axes.map((waves) => waves.length);
  const byMode = graph.node("Reshape", [
    graph.node("Transpose", [factors], { perm: [1, 0] }),
    graph.integers([1, -1, ...counts]),
  ]);
  const scaled = graph.node("Mul", [alongAxes(graph, field, bases), byMode]);
  const back = bases.map((basis) => graph.node("Transpose", [basis], { perm: [1, 0] }));
  return alongAxes(graph, scaled, back);
}

/** The waves at all points of an axis of a field, `[points, waves]`. */
function basisGraph(graph: Graph, waves: readonly Wave[], field: Value, axis: number): Value {
  const row = (of: (wave: Wave) => number) => graph.floats(waves.map(of), [1, waves.length]);
  const { count, centres } = cellCentres(graph, field, axis);
  const column = graph.node("Reshape", [
    graph.node("Div", [centres, count]),
    graph.integers([-1, 1]),
  ]);
  const angle = graph.node("Sub", [
    graph.node("Mul", [column, row((wave) => 2 * Math.PI * wave.waves)]),
    row(({ phase }) => phase),
  ]);
  const amplitude = graph.node("Div", [row((wave) => wave.amplitude), graph.node("Sqrt", [count])]);
  return graph.node("Mul", [graph.node("Cos", [angle]), amplitude]);
}

/** A matrix for each spatial axis, applied along it. */
function alongAxes(graph: Graph, field: Value, matrices: readonly Value[]): Value {
  const rank = matrices.length + 2;
  const between = Array.from({ length: rank - 3 }, (_, axis) => axis + 2);
  // The last axis goes before the other spatial ones: once round, all are where they were.
  const perm = [0, 1, rank - 1, ...between];
  return [...matrices]
    .reverse()
    .reduce(
      (value, matrix) => graph.node("Transpose", [graph.node("MatMul", [value, matrix])], { perm }),
      field,
    );
}
