/** Seconds by part. */
export type Seconds<Part extends string> = Readonly<Record<Part, number>>;

/** Counts the time of one part of a step. */
export interface PartTimer<Part extends string> {
  /** Does `work`, or awaits it where it is asynchronous, and counts its time for `part`. */
  measure<T>(part: Part, work: () => T): T;
}

/** Adds up the seconds that the parts of a loop take. */
export interface Stopwatch<Part extends string, Rest extends string> extends PartTimer<Part> {
  /** The seconds of each part since the last call, and those of no part as `rest`. */
  lap(): Seconds<Part | Rest>;
  /** The sums of the laps. */
  total(): Seconds<Part | Rest>;
}

/**
 * A stopwatch for parts that do not overlap, and the name of what is in none of them. It reads the clock
 * and waits for nothing: where a backend works while the program goes on, a part has the time until its work
 * was handed over, and the one that waits for a value has the rest.
 *
 * @param clock - the time in milliseconds.
 */
export function stopwatch<const Part extends string, const Rest extends string>(
  parts: readonly Part[],
  rest: Rest,
  clock: () => number = () => performance.now(),
): Stopwatch<Part, Rest> {
  const names: readonly (Part | Rest)[] = [...parts, rest];
  const zero = () => Object.fromEntries(names.map((name) => [name, 0])) as Record<string, number>;
  const total = zero();
  let current = zero();
  let begun = clock();
  const count = (name: string, milliseconds: number) => {
    current[name] = (current[name] as number) + milliseconds / 1000;
  };
  return {
    measure<T>(part: Part, work: () => T): T {
      const start = clock();
      const stop = () => count(part, clock() - start);
      let isPending = false;
      try {
        const result = work();
        if (!(result instanceof Promise)) return result;
        isPending = true;
        return result.finally(stop) as T;
      } finally {
        if (!isPending) stop();
      }
    },
    lap() {
      const now = clock();
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
