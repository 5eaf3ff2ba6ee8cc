/** Adds up the seconds that the parts of a loop take. */
export interface Stopwatch<Part extends string> {
  /** Runs `work` and counts its time for `part`. */
  measure<T>(part: Part, work: () => T | Promise<T>): Promise<T>;
  /** The seconds of each part since the last call of this function. */
  lap(): Readonly<Record<Part, number>>;
}

/** A stopwatch for these parts, all at zero. */
export function stopwatch<const Part extends string>(parts: readonly Part[]): Stopwatch<Part> {
  const zero = () => Object.fromEntries(parts.map((part) => [part, 0])) as Record<Part, number>;
  let seconds = zero();
  return {
    async measure(part, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        seconds[part] += (performance.now() - start) / 1000;
      }
    },
    lap() {
      const lap = seconds;
      seconds = zero();
      return lap;
    },
  };
}
