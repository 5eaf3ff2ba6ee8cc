export type { UniformSampler } from "./choose-sampler.ts";
export { type LoadSurrogateOptions, loadSurrogate, type Surrogate } from "./load-surrogate.ts";
