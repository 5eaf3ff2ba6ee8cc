/** A point of a line that is looked for. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The slope of a straight line through points, by least squares, with its standard error. */
export interface Slope {
  readonly value: number;
  readonly standardError: number;
}

/** The least-squares slope of at least three points with independent errors: s² = Σr²/(n − 2)/Σ(x − x̄)². */
export function slopeOf(points: readonly Point[]): Slope {
  const n = points.length;
  const mean = (of: (point: Point) => number) => points.reduce((sum, p) => sum + of(p), 0) / n;
  const [x, y] = [mean((p) => p.x), mean((p) => p.y)];
  const spread = points.reduce((sum, p) => sum + (p.x - x) ** 2, 0);
  const value = points.reduce((sum, p) => sum + (p.x - x) * (p.y - y), 0) / spread;
  const rest = points.reduce((sum, p) => sum + (p.y - y - value * (p.x - x)) ** 2, 0);
  return { value, standardError: Math.sqrt(rest / (n - 2) / spread) };
}

/** Whether a line goes up by more than three standard errors, or is not known not to. */
export const isUpward = ({ value, standardError }: Slope): boolean => !(value <= 3 * standardError);

/** Means of so many neighbours each, whose errors depend on each other less than those of single samples. */
export function blockMeans(points: readonly Point[], blocks: number): readonly Point[] {
  return Array.from({ length: blocks }, (_, i) => {
    const own = points.slice(
      Math.floor((i * points.length) / blocks),
      Math.floor(((i + 1) * points.length) / blocks),
    );
    const mean = (of: (point: Point) => number) =>
      own.reduce((sum, point) => sum + of(point), 0) / own.length;
    return { x: mean((p) => p.x), y: mean((p) => p.y) };
  });
}

/**
 * The drift of samples that depend on each other: that of a random walk, d̄ with its error s(d)/√n over the differences d of
 * neighbouring blocks. Memory grows in rare steps (an allocator takes another arena, a table is made larger) and stays
 * there, so a straight line through the samples would be far surer of its slope than they allow. What is lost in each
 * step is in every difference, and a single step up is not.
 */
export function driftOf(points: readonly Point[], blocks: number): Slope {
  const means = blockMeans(points, blocks);
  const steps = means.slice(1).map((point, i) => ({
    x: point.x - (means[i] as Point).x,
    y: point.y - (means[i] as Point).y,
  }));
  const n = steps.length;
  const [x, y] = [
    steps.reduce((sum, step) => sum + step.x, 0) / n,
    steps.reduce((sum, step) => sum + step.y, 0) / n,
  ];
  const variance = steps.reduce((sum, step) => sum + (step.y - y) ** 2, 0) / (n - 1);
  return { value: y / x, standardError: Math.sqrt(variance / n) / x };
}
