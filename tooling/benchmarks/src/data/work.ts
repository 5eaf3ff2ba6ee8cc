/** Kuramoto–Sivashinsky on a square, order 4, Σkᵢ⁴, dealiased as exponax does. */
interface KuramotoSivashinskyWork {
  readonly kind: "kuramotoSivashinsky";
  readonly numPoints: number;
  readonly extent: number;
  readonly dt: number;
  /** Frames of a trajectory; 0 for a single step. */
  readonly frames: number;
  readonly stepsPerFrame: number;
}

/** Compressible Navier–Stokes on the unit square, γ = 5/3, cfl = 0.3: one frame. */
interface CompressibleNavierStokesWork {
  readonly kind: "compressibleNavierStokes";
  readonly numPoints: number;
  readonly mach: number;
  readonly eta: number;
  readonly zeta: number;
  /** So short that a frame is one step of the scheme. */
  readonly frameInterval: number;
}

/** Something that every engine of the data benchmark does in its own way. Plain JSON. */
export type DataWork = KuramotoSivashinskyWork | CompressibleNavierStokesWork;
