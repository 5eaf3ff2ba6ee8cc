import { printable } from "@eddyflow/core";
import { formatDuration } from "./duration.ts";
import { laterSeconds } from "./later-seconds.ts";

/** Where a progress bar is drawn; `process.stderr` is one. */
interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface ProgressBarOptions {
  /** What is counted, e.g. "trajectories". */
  readonly unit?: string;
  /** How many were there already; they do not count for the remaining time. */
  readonly done?: number;
  /** Seconds of what comes after, for the time to the very end; `laterSeconds()` by default. */
  readonly later?: number;
  readonly stream?: ProgressStream;
  /** Seconds since some moment. */
  readonly clock?: () => number;
}

/** A line that tells how far a loop is. */
export interface ProgressBar {
  /** `done` of the total are ready; `note` follows the times. */
  update(done: number, note?: string): void;
  /** Ends the line with the time taken; without this a terminal is left in the middle of it. */
  finish(note?: string): void;
}

/**
 * A progress bar with elapsed and remaining time: on a terminal one line that is redrawn, elsewhere a line
 * after each ten seconds or tenth of the work, whichever comes first, but at most one a second.
 */
export function progressBar(
  label: string,
  total: number,
  {
    unit = "",
    done: initial = 0,
    later = laterSeconds(),
    stream = process.stderr,
    clock = () => performance.now() / 1000,
  }: ProgressBarOptions = {},
): ProgressBar {
  const start = clock();
  const live = stream.isTTY === true;
  let current = initial;
  let lastDrawn = Number.NEGATIVE_INFINITY;
  let lastFraction = total === 0 ? 1 : initial / total;
  let lastTime = start;

  const line = (note: string | undefined, finished: boolean) => {
    const elapsed = clock() - start;
    const fraction = total === 0 ? 1 : Math.min(1, current / total);
    const made = current - initial;
    const left = made > 0 ? (elapsed / made) * (total - current) : Number.NaN;
    const inAll = later > 0 ? ` (${formatDuration(left + later)} in all)` : "";
    const ahead = Number.isFinite(left) ? `, ${formatDuration(left)} left${inAll}` : "";
    const times = `${formatDuration(elapsed)}${finished ? "" : ahead}`;
    const counts = `${current}/${total}${unit === "" ? "" : ` ${unit}`}`;
    const filled = Math.round(fraction * 20);
    const bar = live ? `${"█".repeat(filled)}${"░".repeat(20 - filled)} ` : "";
    const text = `${printable(label)} ${bar}${counts} (${Math.floor(fraction * 100)} %), ${times}`;
    return note === undefined || note === "" ? text : `${text}, ${printable(note)}`;
  };

  const draw = (note: string | undefined, finished: boolean) => {
    const text = line(note, finished);
    if (!live) stream.write(`${text}\n`);
    else {
      const fitted = text.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
      stream.write(`\r\u001b[2K${fitted}${finished ? "\n" : ""}`);
    }
    lastDrawn = clock();
  };

  if (live) draw(undefined, false);
  return {
    update(done, note) {
      current = done;
      const now = clock();
      if (live) {
        if (now - lastDrawn >= 0.1 || done >= total) draw(note, false);
        return;
      }
      const fraction = total === 0 ? 1 : done / total;
      if (done >= total) return;
      if (now - lastTime < 10 && (fraction - lastFraction < 0.1 || now - lastTime < 1)) return;
      lastFraction = fraction;
      lastTime = now;
      draw(note, false);
    },
    finish(note) {
      draw(note, true);
    },
  };
}
