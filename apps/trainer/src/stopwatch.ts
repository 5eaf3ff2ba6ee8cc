/** Adds up the seconds that the parts of a loop take. */
export interface Stopwatch<Part extends string> {
  /** Runs `work` and counts its time for `part`. */
  measure<T>(part: Part, work: () => T | Promise<T>): Promise<T>;
  /** The seconds of each part since the last call, and those of no part. */
  lap(): Seconds<Part>;
  /** The seconds since the beginning, as the laps divide them. */
  total(): Seconds<Part>;
}

export type Seconds<Part extends string> = Readonly<Record<Part | "rest", number>>;

/** A stopwatch for these parts, which must not overlap. */
export function stopwatch<const Part extends string>(parts: readonly Part[]): Stopwatch<Part> {
  const keys = [...parts, "rest"] as const;
  const zero = () => Object.fromEntries(keys.map((key) => [key, 0])) as Record<Part | "rest", number>;
  let lap = zero();
  let begun = performance.now();
  const total = zero();
  return {
    async measure(part, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        lap[part] += (performance.now() - start) / 1000;
      }
    },
    lap() {
      const now = performance.now();
      const done = lap;
      const measured = parts.reduce((sum, part) => sum + done[part], 0);
      done.rest = Math.max(0, (now - begun) / 1000 - measured);
      for (const key of keys) total[key] += done[key];
      [lap, begun] = [zero(), now];
      return done;
    },
    total: () => ({ ...total }),
  };
}
