/** An import that the table forbids and that stands for the present. */
export interface ImportException {
  readonly from: string;
  readonly to: string;
  /** Why it is there, and what takes it away. */
  readonly reason: string;
}

/** Imports against the table. The list only shrinks: one that nothing needs any more fails the test. */
export const importExceptions: readonly ImportException[] = [];

/** Two files that import each other, and stand for the present. */
export interface CircleException {
  readonly files: readonly [string, string];
  /** Why it is there, and what takes it away. */
  readonly reason: string;
}

/** Circles of files. This list only shrinks too. */
export const circleExceptions: readonly CircleException[] = [];

/** Exports that nobody uses yet, and that stand for the present. */
export interface SurfaceException {
  /** The package, by its folder. */
  readonly folder: string;
  readonly names: readonly string[];
  /** Why they are there, and what takes them away. */
  readonly reason: string;
}

/** Exports that nobody uses. This list only shrinks too. */
export const surfaceExceptions: readonly SurfaceException[] = [];
