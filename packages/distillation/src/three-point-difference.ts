/** The derivative f′(0) as weights[0] (f(a) − f(0)) + weights[1] (f(b) − f(0)). */
export interface ThreePoints {
  readonly nodes: readonly [a: number, b: number];
  readonly weights: readonly [number, number];
}

/**
 * Where to evaluate a function that is known on [−below, above] for its derivative at 0, to second order in `step`:
 * at ±step where there is room on both sides, at one and two steps to the longer side elsewhere. The step shrinks to
 * half of the longer side where that is shorter than two.
 *
 * `rounded` says where a node comes to lie in the precision that the function reads, so that the weights are those of
 * the nodes that are really visited.
 */
export function threePointDifference(
  [below, above]: readonly [number, number],
  step: number,
  rounded: (node: number) => number = (node) => node,
): ThreePoints {
  const width = Math.min(step, Math.max(below, above) / 2);
  const [a, b] = nodesAround([below, above], width).map(rounded) as [number, number];
  return { nodes: [a, b], weights: [b / (a * (b - a)), -a / (b * (b - a))] };
}

function nodesAround([below, above]: readonly [number, number], width: number): readonly number[] {
  if (below >= width && above >= width) return [-width, width];
  return above > below ? [width, 2 * width] : [-width, -2 * width];
}
