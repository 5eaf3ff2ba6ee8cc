export { atSize } from "./at-size.ts";
export type {
  CompressibleNavierStokesRecipe,
  DataRecipe,
  Experiment,
  ExperimentConfig,
  FilesRecipe,
  FlowRecipe,
  IncrementRecipe,
  KuramotoSivashinskyRecipe,
  ModelRecipes,
  NetworkRecipe,
  NormRecipe,
  Overrides,
  ProgressiveRecipe,
  RayleighTaylorRecipe,
  SamplerRecipe,
  Size,
  Split,
  TableauName,
  TrainingRecipe,
  VelocityRecipe,
} from "./experiment.ts";
export { ks2d } from "./ks2d.ts";
export { ns2d } from "./ns2d.ts";
export { rti3dFull } from "./rti3d-full.ts";
export { rti3dSliced } from "./rti3d-sliced.ts";
