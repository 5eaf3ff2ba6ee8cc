import type { z } from "zod";
import { adversarial } from "./adversarial.ts";
import { crps } from "./crps.ts";
import { deterministic } from "./deterministic.ts";
import { flow } from "./flow.ts";
import { flowLagrangian } from "./flow-lagrangian.ts";
import { meanFlow } from "./mean-flow.ts";
import type { Method } from "./method.ts";
import { rectified } from "./rectified.ts";
import { rolloutCrps } from "./rollout-crps.ts";
import { singleStep } from "./single-step.ts";
import { trajectory } from "./trajectory.ts";
import { velocity } from "./velocity.ts";
import { velocityPd } from "./velocity-pd.ts";

/** What can be trained. The lists of the apps, their schemas and `--help` derive from it. */
export const methods = [
  velocity,
  deterministic,
  crps,
  velocityPd,
  flow,
  singleStep,
  trajectory,
  flowLagrangian,
  meanFlow,
  rectified,
  rolloutCrps,
  adversarial,
] as const;

/** The name of a method that comes with the project. */
export type MethodName = (typeof methods)[number]["name"];

type SchemaOf<M> = M extends Method<infer Schema> ? Schema : never;

/** The recipe of each method, whole. */
export type Recipes = {
  readonly [M in (typeof methods)[number] as M["name"]]: z.output<SchemaOf<M>>;
};

/** The recipe of each method as one writes it: what is left out has its default. */
export type RecipeInputs = {
  readonly [M in (typeof methods)[number] as M["name"]]: z.input<SchemaOf<M>>;
};
