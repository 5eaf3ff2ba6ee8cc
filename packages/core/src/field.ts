/** What happens at the two ends of an axis, physically. */
export type Boundary = "periodic" | "wall";

/** How a network continues a field beyond the ends of an axis; a wall is padded with zeros. */
export type Padding = "periodic" | "zero" | "reflect";

/** A uniform grid over a box, per axis in array order; cell size hᵢ = extentᵢ / shapeᵢ. */
export interface Grid {
  /** Number of points per axis. */
  readonly shape: readonly number[];
  /** Length of the box per axis, in the units of the problem. */
  readonly extent: readonly number[];
  readonly boundary: readonly Boundary[];
}

/** What the condition y of a model is made of. */
export interface Conditioning {
  /** Previous states, the oldest first, the channels of each beside those of the others; at least 1. */
  readonly history: number;
  /** Parameters of the trajectory, one constant channel each behind the states, normalised as given. */
  readonly parameters: Normalisation;
}

/** Per-channel affine normalisation: networks see (value − mean) / std, users see values. */
export interface Normalisation {
  readonly channels: readonly string[];
  readonly mean: readonly number[];
  /** Positive. */
  readonly std: readonly number[];
}
