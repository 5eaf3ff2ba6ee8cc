/** Something that every engine of the data benchmark does in its own way. Plain JSON. */
export interface DataWork {
  /** Kuramoto–Sivashinsky on a square, order 4, Σkᵢ⁴, dealiased as exponax does. */
  readonly kind: "kuramotoSivashinsky";
  readonly numPoints: number;
  readonly domainExtent: number;
  readonly dt: number;
  /** Frames of a trajectory; 0 for a single step. */
  readonly frames: number;
  readonly stepsPerFrame: number;
}
