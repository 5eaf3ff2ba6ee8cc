export type {
  CompressibleNavierStokesRecipe,
  DataRecipe,
  FilesRecipe,
  KuramotoSivashinskyRecipe,
  RayleighTaylorRecipe,
  Split,
} from "@eddyflow/systems";
export { atSize } from "./at-size.ts";
export type {
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
  TableauName,
  TrainingRecipe,
  VelocityRecipe,
} from "./experiment.ts";
export { ks2d } from "./ks2d.ts";
export { ns2d } from "./ns2d.ts";
export { rti3dFull } from "./rti3d-full.ts";
export { rti3dSliced } from "./rti3d-sliced.ts";
