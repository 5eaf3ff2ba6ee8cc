/** Where the values of training steps go. */
export interface Logger {
  /**
   * @param step - the number of steps done.
   * @param values - named numbers, such as `{ loss, learningRate }`.
   */
  log(step: number, values: Readonly<Record<string, number>>): void;
  /** Brings all that was logged to the disk, so that it is there before what relies on it, such as a checkpoint. */
  flush(): void;
  /** Writes what is left and releases files. */
  close(): Promise<void>;
}

/** Logs to each of several loggers. */
export function allLoggers(loggers: readonly Logger[]): Logger {
  return {
    log(step, values) {
      for (const logger of loggers) logger.log(step, values);
    },
    flush() {
      for (const logger of loggers) logger.flush();
    },
    async close() {
      for (const logger of loggers) await logger.close();
    },
  };
}
