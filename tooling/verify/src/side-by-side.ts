import { availableParallelism } from "node:os";

/**
 * Does tasks, in order but as many at once as there are processors, and gives their results as they are there. Where one
 * fails, or no more are asked for, the others are told by their signal, and waited for.
 */
export async function* sideBySide<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal,
  lanes: number = availableParallelism(),
): AsyncGenerator<T, void, void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const waiting = [...tasks];
  const atWork = new Map<object, Promise<{ readonly task: object; readonly result: T }>>();
  try {
    for (;;) {
      while (atWork.size < lanes) {
        const task = waiting.shift();
        if (task === undefined) break;
        const result = task(either);
        atWork.set(
          task,
          result.then((result) => ({ task, result })),
        );
      }
      if (atWork.size === 0) return;
      const { task, result } = await Promise.race(atWork.values());
      atWork.delete(task);
      yield result;
    }
  } finally {
    stop.abort();
    await Promise.allSettled(atWork.values());
  }
}
