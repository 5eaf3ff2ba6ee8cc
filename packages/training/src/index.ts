export { type AdamOptions, adam } from "./adam.ts";
export { allLoggers, type Logger } from "./logger.ts";
export { type MovingAverage, type MovingAverageOptions, movingAverage } from "./moving-average.ts";
export type { Optimizer, OptimizerState, OptimizerUpdate } from "./optimizer.ts";
export { type CosineOptions, constant, cosine, type Schedule } from "./schedule.ts";
export { type TerminalLoggerOptions, type TextStream, terminalLogger } from "./terminal-logger.ts";
export { type LoggedStep, type TrainedStep, type TrainOptions, train } from "./train.ts";
export { type TrainStepOptions, type TrainStepResult, trainStep } from "./train-step.ts";
