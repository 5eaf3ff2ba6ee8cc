export { type BandEnergyRatios, bandEnergyRatios } from "./band-energy-ratios.ts";
export { distillationError } from "./distillation-error.ts";
export { ensembleMean, spreadSkillRatio } from "./ensemble.ts";
export { fairCrps } from "./fair-crps.ts";
export type { ChannelOptions, Field } from "./field.ts";
export { meanAbsoluteError } from "./mean-absolute-error.ts";
export { type VrmseOptions, vrmse } from "./vrmse.ts";
