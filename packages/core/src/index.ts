export {
  ArgumentError,
  BackendError,
  CheckpointError,
  DataError,
  EddyflowError,
  type ErrorDetails,
  type ErrorName,
  isEddyflowError,
  ShapeError,
  StorageError,
} from "./errors.ts";
export type { Boundary, Conditioning, Grid, Normalisation, Padding } from "./field.ts";
export type { Dynamics, FlowMap, VelocityField } from "./flow.ts";
export { parseJson } from "./json.ts";
export type { Key } from "./key.ts";
export type { Network } from "./network.ts";
export type { NetworkDescription, NetworkKind } from "./network-description.ts";
export type { Batch, BatchRows, Objective, TargetsAt } from "./objective.ts";
export type { OwnNetwork, OwnNetworks } from "./own-networks.ts";
export type { ParamSets, Params } from "./params.ts";
export type { Precision } from "./precision.ts";
export { printable, shortened } from "./printable.ts";
export type { SamplerDescription } from "./sampler-description.ts";
export { type SystemErrorContext, systemError } from "./system-error.ts";
export type { TrainedOn } from "./trained-on.ts";
