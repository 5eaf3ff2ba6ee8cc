export { type AdamOptions, adam } from "./adam.ts";
export { type AdamWOptions, adamW } from "./adam-w.ts";
export { allLoggers, type Logger } from "./logger.ts";
export { type MovingAverage, type MovingAverageOptions, movingAverage } from "./moving-average.ts";
export type { Optimizer, OptimizerState, OptimizerUpdate } from "./optimizer.ts";
export { outsideShare } from "./outside-share.ts";
export {
  type CosineOptions,
  constant,
  cosine,
  type Schedule,
  type WarmUpCosineOptions,
  warmUpCosine,
} from "./schedule.ts";
export { type PartTimer, type Seconds, type Stopwatch, stopwatch } from "./stopwatch.ts";
export { type TerminalLoggerOptions, type TextStream, terminalLogger } from "./terminal-logger.ts";
export {
  type LoggedStep,
  type TrainedStep,
  type TrainOpponent,
  type TrainOptions,
  type TrainPart,
  train,
  trainParts,
} from "./train.ts";
export {
  type SharedBatch,
  type StepPart,
  type TrainStepOptions,
  type TrainStepResult,
  trainStep,
} from "./train-step.ts";
