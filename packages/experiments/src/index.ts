export { atSize } from "./at-size.ts";
export type {
  DataRecipe,
  Experiment,
  ExperimentConfig,
  FlowRecipe,
  IncrementRecipe,
  ModelRecipes,
  NetworkRecipe,
  NormRecipe,
  Overrides,
  ProgressiveRecipe,
  SamplerRecipe,
  Size,
  Split,
  TableauName,
  TrainingRecipe,
  VelocityRecipe,
} from "./experiment.ts";
export { ks2d } from "./ks2d.ts";
