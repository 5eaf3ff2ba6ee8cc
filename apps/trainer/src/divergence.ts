import type { LoggedStep } from "@eddyflow/training";

/** Skipped steps in a row that end a run. */
const inARow = 10;
/** Of this many steps, half may be skipped. */
const watched = 100;

/** Watches for steps whose loss or gradient is not finite. They change no weight, and a run of them teaches nothing. */
export interface DivergenceWatch {
  /** Steps that were skipped until now. */
  readonly skipped: number;
  /** Whether the newest step known was skipped: then a checkpoint is not better than the one before. */
  readonly isSkipping: boolean;
  /**
   * The step after which the weights were no good, where it is known: no batch has had a finite gradient with them since.
   */
  readonly spoiltAt: number | null;
  /** Takes note of steps, in order. What is wrong, in words, or null where training may go on. */
  see(logged: readonly LoggedStep[]): string | null;
  /** The same at the end of a run, which may be too short for the above: most of its steps must not be skipped. */
  atEnd(): string | null;
}

/** Whether the gradients of the student, or of an opponent, were not finite. */
const wasSkipped = (values: Readonly<Record<string, number>>): boolean =>
  Object.entries(values).some(([name, value]) => /(^|\/)skipped$/u.test(name) && value > 0);

/** A watch that speaks up after 10 skipped steps in a row, or half of the last 100. */
export function divergenceWatch(): DivergenceWatch {
  let total = 0;
  let seen = 0;
  /** Those of the last 100 steps. */
  const skipped: number[] = [];
  let last = 0;
  let since = 0;
  let names: readonly string[] = [];
  return {
    get skipped() {
      return total;
    },
    get isSkipping() {
      return skipped.at(-1) === last && last > 0;
    },
    get spoiltAt() {
      return last - since + 1 >= inARow && skipped.at(-1) === last ? since - 1 : null;
    },
    see(logged) {
      for (const { step, values } of logged) {
        last = step;
        seen++;
        while (skipped.length > 0 && (skipped[0] as number) <= step - watched) skipped.shift();
        if (!wasSkipped(values)) continue;
        if (skipped.at(-1) !== step - 1) {
          since = step;
          names = Object.keys(values).filter((name) => !Number.isFinite(values[name]));
        }
        skipped.push(step);
        total++;
        const run = step - since + 1;
        if (run < inARow && skipped.length < watched / 2) continue;
        const what = names.length > 0 ? names.join(" and ") : "the gradient";
        const many =
          run < inARow
            ? `${skipped.length} of the last ${watched} steps were skipped`
            : `${what} ${names.length > 1 ? "are" : "is"} not finite from step ${since} on`;
        return `training diverged at step ${step}: ${many}`;
      }
      return null;
    },
    atEnd: () =>
      2 * total > seen
        ? `training diverged at step ${last}: ${total} of ${seen} steps were skipped`
        : null,
  };
}
