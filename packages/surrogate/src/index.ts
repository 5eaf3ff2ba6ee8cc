export {
  type ConditionOptions,
  type LoadSurrogateOptions,
  loadSurrogate,
  type Surrogate,
} from "./load-surrogate.ts";
export type { OwnNetwork, OwnNetworks } from "./own-networks.ts";
