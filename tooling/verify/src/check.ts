/** A figure that is a mean over independent runs, with the standard error of that mean. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/** Independent runs that are spread over the threads, and which several checks may look at. */
export interface Ensemble {
  readonly name: string;
  readonly runs: number;
  /** The figures of one run, 0 ≤ index < runs. */
  readonly run: (index: number) => readonly number[];
  /** About how long a run takes, for the estimate of what is left. */
  readonly seconds: (index: number) => number;
}

/** One figure of a solver, held against what is known of it. */
export interface Check {
  /** The equation, the same words in all of its checks. */
  readonly system: string;
  /** What is measured, with its unit or norm; together with `system` it is unique. */
  readonly name: string;
  /** Whether the figure is an order of convergence, an error, the drift of an invariant, or a statistic of chaos. */
  readonly kind: "order" | "error" | "conservation" | "statistic";
  /** The figure, from what the runs of `ensemble` gave, in order; without an ensemble from none. */
  readonly measured: (runs: readonly (readonly number[])[]) => number | Estimate;
  readonly expected: number;
  /** Largest |measured − expected| that is right. */
  readonly tolerance: number;
  /** Left out unless long checks are asked for. */
  readonly long?: boolean;
  /** Checks of one group run one after the other in one thread, so that they may share a simulation. */
  readonly group?: string;
  readonly ensemble?: Ensemble;
  /** About how long it takes without its ensemble, for the estimate of what is left; 1 if not given. */
  readonly seconds?: number;
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
  /** Null for a figure that is no mean over runs. */
  readonly standardError: number | null;
  /** What it threw, or null. */
  readonly error: string | null;
  readonly ok: boolean;
  readonly seconds: number;
}

/** Runs a check on what its ensemble gave; what it throws is an outcome too. */
export function runCheck(check: Check, runs: readonly (readonly number[])[] = []): Outcome {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const figure = check.measured(runs);
    const [measured, standardError] =
      typeof figure === "number" ? [figure, null] : [figure.value, figure.standardError];
    const ok = Math.abs(measured - check.expected) <= check.tolerance;
    return { ...factsOf(check), measured, standardError, error: null, ok, seconds: seconds() };
  } catch (thrown) {
    return failedCheck(check, thrown, seconds());
  }
}

/** The outcome of a check that threw. */
export function failedCheck(check: Check, thrown: unknown, seconds: number): Outcome {
  const error = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    ...factsOf(check),
    measured: null,
    standardError: null,
    error,
    ok: false,
    seconds,
  };
}

const factsOf = ({ system, name, kind, expected, tolerance }: Check) => ({
  system,
  name,
  kind,
  expected,
  tolerance,
});

/** A value that is computed at the first call and kept: a simulation that several checks look at. */
export function computedOnce<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}
