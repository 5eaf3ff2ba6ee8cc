export {
  type FlowMatchingOptions,
  type FlowMatchingTargets,
  flowMatching,
} from "./flow-matching.ts";
export { l2 } from "./l2.ts";
export { linearPath, type PathPoint } from "./linear-path.ts";
export type { Norm } from "./norm.ts";
export { paramsOf } from "./params-of.ts";
export { type SobolevOptions, sobolev } from "./sobolev.ts";
