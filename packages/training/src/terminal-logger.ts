import type { Logger } from "./logger.ts";

/** The part of a terminal's stream that is used; `process.stderr` is one. */
export interface TextStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface TerminalLoggerOptions {
  /** The number of steps of the whole training. */
  readonly steps: number;
  /** The number of steps done before, where training is resumed. */
  readonly from?: number;
  /** Seconds of what comes after the training, for the time to the very end. */
  readonly later?: number;
  /** Steps of trainings that follow this one, taken to last as long as its own. */
  readonly laterSteps?: number;
  /** The time in milliseconds. */
  readonly clock?: () => number;
}

/** Milliseconds after which the rate of steps has forgotten most of what was. */
const memoryMs = 20_000;

/**
 * One short line: step, loss, learning rate (values `loss` and `learningRate`, as far as there are such),
 * milliseconds per step, remaining time. A terminal's line is redrawn, ten times a second at most;
 * another stream gets a line every ten seconds. The first and the last step are always shown.
 */
export function terminalLogger(
  stream: TextStream,
  {
    steps,
    from = 0,
    later = 0,
    laterSteps = 0,
    clock = () => performance.now(),
  }: TerminalLoggerOptions,
): Logger {
  const intervalMs = stream.isTTY ? 100 : 10_000;
  let last = { step: from, time: clock() };
  let recent = { steps: 0, ms: 0 };
  let shown: { readonly step: number; readonly time: number } | null = null;
  let line = "";
  const show = (step: number, time: number) => {
    stream.write(stream.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
    shown = { step, time };
  };
  return {
    log(step, { loss, learningRate }) {
      const time = clock();
      const elapsed = time - last.time;
      if (step > last.step) {
        const kept = Math.exp(-elapsed / memoryMs);
        recent = {
          steps: recent.steps * kept + step - last.step,
          ms: recent.ms * kept + elapsed,
        };
        last = { step, time };
      }
      const msPerStep = recent.steps > 0 ? recent.ms / recent.steps : null;
      const left = (steps - step) * (msPerStep ?? 0);
      const after = later * 1000 + laterSteps * (msPerStep ?? 0);
      line = [
        `step ${step}/${steps}`,
        ...(loss === undefined ? [] : [`loss ${loss.toPrecision(4)}`]),
        ...(learningRate === undefined ? [] : [`lr ${learningRate.toExponential(1)}`]),
        ...(msPerStep === null
          ? []
          : [`${msPerStep < 100 ? msPerStep.toPrecision(3) : msPerStep.toFixed()} ms/step`]),
        ...(msPerStep === null || step >= steps
          ? []
          : [`${inWords(left)} left${after > 0 ? ` (${inWords(left + after)} in all)` : ""}`]),
      ].join("  ");
      if (shown === null || step >= steps || time - shown.time >= intervalMs) show(step, time);
    },
    flush() {},
    async close() {
      if (shown !== null && shown.step < last.step) show(last.step, last.time);
      if (shown !== null && stream.isTTY) stream.write("\n");
    },
  };
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const twoDigits = (n: number) => String(n).padStart(2, "0");
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
  return minutes > 0 ? `${minutes} min ${twoDigits(seconds % 60)} s` : `${seconds} s`;
}
