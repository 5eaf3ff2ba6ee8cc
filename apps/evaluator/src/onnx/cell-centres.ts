import type { Graph, Value } from "./graph.ts";

/** How many cells an axis of a field has, a float, and their middles ½, 1½, … in cells, `[points]`. */
export function cellCentres(
  graph: Graph,
  field: Value,
  axis: number,
): { readonly count: Value; readonly centres: Value } {
  const number = (value: number) => graph.floats([value], []);
  const length = graph.node("Shape", [field], { start: axis, end: axis + 1 });
  const count = graph.node("Squeeze", [graph.node("Cast", [length], { to: 1 })]);
  const points = graph.node("Range", [number(0), count, number(1)]);
  return { count, centres: graph.node("Add", [points, number(0.5)]) };
}
