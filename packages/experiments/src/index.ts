export { atSize, type SizedExperiment } from "./at-size.ts";
export type { Experiment, ExperimentConfig, OwnData, OwnModule, Size } from "./experiment.ts";
export { kolmogorov2d } from "./kolmogorov2d.ts";
export { ks2d } from "./ks2d.ts";
export { merge } from "./merge.ts";
export { ns2d } from "./ns2d.ts";
export type { Partially } from "./partially.ts";
export { rti3dFull } from "./rti3d-full.ts";
export { rti3dSliced } from "./rti3d-sliced.ts";
