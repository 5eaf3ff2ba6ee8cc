import type { MessagePort } from "node:worker_threads";

/** The part of its task that a worker has done; finished when what it makes is written. */
export interface Progress {
  readonly fraction: number;
  readonly finished: boolean;
}

/** Milliseconds between two reports of an unfinished task. */
const between = 100;

/** Reports a task to whoever started the worker, from time to time. */
export function reporter(port: MessagePort): {
  readonly part: (fraction: number) => void;
  readonly finished: () => void;
} {
  const report = (progress: Progress) => port.postMessage(progress);
  let last = 0;
  return {
    part: (fraction) => {
      const now = performance.now();
      if (now - last < between) return;
      last = now;
      report({ fraction, finished: false });
    },
    finished: () => report({ fraction: 1, finished: true }),
  };
}
