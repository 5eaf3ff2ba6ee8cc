export {
  type ConditionOptions,
  type LoadSurrogateOptions,
  loadSurrogate,
  type OwnSampler,
  type Surrogate,
} from "./load-surrogate.ts";
export type { OwnNetwork, OwnNetworkOption } from "./own-networks.ts";
