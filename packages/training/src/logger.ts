/** Where the values of training steps go. */
export interface Logger {
  /**
   * @param step - the number of steps done.
   * @param values - named numbers, such as `{ loss, learningRate }`.
   */
  log(step: number, values: Readonly<Record<string, number>>): void;
  /** Writes what is left and releases files. */
  close(): Promise<void>;
}

/** Logs to each of several loggers. */
export function allLoggers(loggers: readonly Logger[]): Logger {
  return {
    log(step, values) {
      for (const logger of loggers) logger.log(step, values);
    },
    async close() {
      for (const logger of loggers) await logger.close();
    },
  };
}
