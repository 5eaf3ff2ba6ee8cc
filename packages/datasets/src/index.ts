export type { Augmentation } from "./augmentation.ts";
export { boundCodecs } from "./bound-codecs.ts";
export { createEnsembleStore, type EnsembleWriter } from "./create-ensemble-store.ts";
export {
  createTrajectoryStore,
  type TrajectoryFrames,
  type TrajectoryWriter,
} from "./create-trajectory-store.ts";
export { dataHash } from "./data-hash.ts";
export type { Json, StoreDescription } from "./description.ts";
export {
  type EnsembleCondition,
  type EnsembleDescription,
  stateHash,
} from "./ensemble-description.ts";
export type { ReadCounts } from "./frame-files.ts";
export { type FrameSource, frameReader } from "./frame-reader.ts";
export { allFrames, frameAt, framesInWords, framesOf, shortestFrames } from "./frames-of.ts";
export type { FieldLayout, TensorField, VectorField } from "./layout.ts";
export { measureNormalisation } from "./measure-normalisation.ts";
export { measureParameters } from "./measure-parameters.ts";
export { type Moments, moments } from "./moments.ts";
export { type Observation, type ObservationStep, observe, observeLayout } from "./observe.ts";
export { observedStore } from "./observed-store.ts";
export { type EnsembleStore, openEnsembleStore } from "./open-ensemble-store.ts";
export {
  openTrajectoryStore,
  writeNormalisation,
} from "./open-trajectory-store.ts";
export { type PairFrames, type Pairs, type PlacedPair, pairsOf } from "./pair-frames.ts";
export {
  numPairs,
  type PairBatch,
  type PairOptions,
  type ReadPairsOptions,
  readPairs,
  type TrainingBatchesOptions,
  trainingBatches,
} from "./pairs.ts";
export {
  openPathStore,
  type PathStore,
  type PathStoreDescription,
  pathBytes,
} from "./path-store.ts";
export { refuseLink } from "./refuse-link.ts";
export { timestampChannel, timestamped, withoutTimestamp, withTimestamp } from "./timestamp.ts";
export type { TrajectoryStore } from "./trajectory-store.ts";
export { writeWhole } from "./write-whole.ts";
