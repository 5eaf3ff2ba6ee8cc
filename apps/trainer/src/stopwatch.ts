/** Seconds by part. */
export type Seconds<Part extends string> = Readonly<Record<Part, number>>;

/** Adds up the seconds that the parts of a loop take. */
export interface Stopwatch<Part extends string, Rest extends string> {
  /** Runs `work` and counts its time for `part`. */
  measure<T>(part: Part, work: () => T | Promise<T>): Promise<T>;
  /** The seconds of each part since the last call, and those of no part as `rest`. */
  lap(): Seconds<Part | Rest>;
  /** The sums of the laps. */
  total(): Seconds<Part | Rest>;
}

/** A stopwatch for parts that do not overlap, and the name of what is in none of them. */
export function stopwatch<const Part extends string, const Rest extends string>(
  parts: readonly Part[],
  rest: Rest,
): Stopwatch<Part, Rest> {
  const names: readonly (Part | Rest)[] = [...parts, rest];
  const zero = () => Object.fromEntries(names.map((name) => [name, 0])) as Record<string, number>;
  const total = zero();
  let current = zero();
  let begun = performance.now();
  const count = (name: string, milliseconds: number) => {
    current[name] = (current[name] as number) + milliseconds / 1000;
  };
  return {
    async measure(part, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        count(part, performance.now() - start);
      }
    },
    lap() {
      const now = performance.now();
      const measured = Object.values(current).reduce((sum, seconds) => sum + seconds, 0);
      count(rest, Math.max(0, now - begun - 1000 * measured));
      const lap = current;
      for (const name of names) total[name] = (total[name] as number) + (lap[name] as number);
      [current, begun] = [zero(), now];
      return lap as Seconds<Part | Rest>;
    },
    total: () => ({ ...total }) as Seconds<Part | Rest>,
  };
}
