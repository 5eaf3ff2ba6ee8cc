export {
  type ConditionOptions,
  type LoadSurrogateOptions,
  loadSurrogate,
  type Surrogate,
} from "./load-surrogate.ts";
