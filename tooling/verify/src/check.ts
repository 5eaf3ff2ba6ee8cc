/** One figure of a solver, held against what is known of it. */
export interface Check {
  /** The equation, the same words in all of its checks. */
  readonly system: string;
  /** What is measured, with its unit or norm; together with `system` it is unique. */
  readonly name: string;
  /** Whether the figure is an order of convergence, an error, the drift of an invariant, or a statistic of chaos. */
  readonly kind: "order" | "error" | "conservation" | "statistic";
  readonly measured: () => number;
  readonly expected: number;
  /** Largest |measured − expected| that is right. */
  readonly tolerance: number;
  /** Left out unless long checks are asked for. */
  readonly long?: boolean;
  /** Checks of one group run one after the other in one thread, so that they may share a simulation. */
  readonly group?: string;
}

/** What came of a check. */
export interface Outcome {
  readonly system: string;
  readonly name: string;
  readonly kind: Check["kind"];
  readonly expected: number;
  readonly tolerance: number;
  /** Null where the solver threw. */
  readonly measured: number | null;
  /** What it threw, or null. */
  readonly error: string | null;
  readonly ok: boolean;
  readonly seconds: number;
}

/** Runs a check; what it throws is an outcome too. */
export function runCheck({ system, name, kind, expected, tolerance, measured }: Check): Outcome {
  const facts = { system, name, kind, expected, tolerance };
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const value = measured();
    const ok = Math.abs(value - expected) <= tolerance;
    return { ...facts, measured: value, error: null, ok, seconds: seconds() };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : String(thrown);
    return { ...facts, measured: null, error, ok: false, seconds: seconds() };
  }
}

/** A value that is computed at the first call and kept: a simulation that several checks look at. */
export function computedOnce<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}
