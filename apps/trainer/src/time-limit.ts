/** What is timed so that a run ends before its time is over. */
type TimedPart = "validation" | "checkpoint";

/** The time that a run has. */
export interface TimeLimit {
  /** Aborted when what is left is needed to end the run. */
  readonly signal: AbortSignal;
  /** Milliseconds until the end; Infinity without one. */
  left(): number;
  /** Does the work, and keeps in mind how long it takes. */
  measure<T>(part: TimedPart, work: () => Promise<T>): Promise<T>;
  /** Whether the part, taking as long as it ever did, leaves time for a checkpoint. */
  hasTimeFor(part: TimedPart): boolean;
  /** After each step: aborts the signal where two more steps and a checkpoint might take too long. */
  stepDone(): void;
  /** Aborts the signal where the time is over. */
  check(): void;
}

/** The longest of so many steps counts: one that was slow hours ago should not end a run early. */
const remembered = 20;

/**
 * The time from now on. The first step is not counted: kernels are compiled in it.
 *
 * @param hours - null for no end.
 * @param clock - the time in milliseconds.
 */
export function timeLimit(
  hours: number | null,
  clock: () => number = () => performance.now(),
): TimeLimit {
  const end = clock() + (hours ?? Number.POSITIVE_INFINITY) * 3_600_000;
  const over = new AbortController();
  const longest = { validation: 0, checkpoint: 0 };
  const steps: number[] = [];
  let last: number | null = null;
  /** By the other parts, since the last step. */
  let spent = 0;
  const left = () => end - clock();
  return {
    signal: over.signal,
    left,
    async measure(part, work) {
      const begun = clock();
      try {
        return await work();
      } finally {
        const taken = clock() - begun;
        spent += taken;
        longest[part] = Math.max(longest[part], taken);
      }
    },
    hasTimeFor: (part) => left() > longest[part] + longest.checkpoint,
    stepDone() {
      const now = clock();
      if (last !== null) steps.push(now - last - spent);
      if (steps.length > remembered) steps.shift();
      [last, spent] = [now, 0];
      if (left() <= 2 * Math.max(0, ...steps) + longest.checkpoint) over.abort();
    },
    check() {
      if (left() <= 0) over.abort();
    },
  };
}
