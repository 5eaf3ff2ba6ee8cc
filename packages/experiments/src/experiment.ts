import type { Padding } from "@eddyflow/core";
import type { CommonTraining, RecipeInputs, Recipes } from "@eddyflow/methods";
import type { DataInput, DataRecipe } from "@eddyflow/systems";
import type { Partially } from "./partially.ts";

/** What an experiment measures its size by: the full one of the literature, or one that runs in seconds. */
export type Size = "small" | "full";

/** The U-Net that every model of the experiment is made of. */
export interface NetworkRecipe {
  /** Channels of each resolution, finest first; each further one halves the resolution. */
  readonly features: readonly number[];
  /**
   * How a convolution continues the field beyond its ends, per spatial axis, (y, x) or (z, y, x); unless given as
   * the boundaries of the data ask: periodic where they are, zero at walls.
   */
  readonly padding?: readonly Padding[];
  /** Spatial axes, in array order, along which the network is told where it is; none unless given. */
  readonly position?: readonly number[];
}

/** An experiment at one size with every key, which is what the apps run and save with each result. */
export interface ExperimentConfig<Data extends DataRecipe = DataRecipe> {
  /** Names folders: small letters, digits, "-" and "_". */
  readonly name: string;
  /** Seed of everything drawn at random, in data and in training. */
  readonly seed: number;
  readonly data: Data;
  readonly network: NetworkRecipe;
  /** The recipes of the methods; a run keeps that of its own method. */
  readonly models: Partial<Recipes>;
}

/** What an experiment says. What it leaves out has a default, whole methods included. */
interface ExperimentParts<Data> {
  /** Seed of everything drawn at random, in data and in training; 0 unless given. */
  readonly seed?: number;
  readonly data: Data;
  readonly network?: Partial<NetworkRecipe>;
  /** What the training of all methods has in common: put under each of `models` that has the key. */
  readonly training?: Partially<CommonTraining>;
  readonly models?: { readonly [M in keyof RecipeInputs]?: Partially<RecipeInputs[M]> };
}

/**
 * A data recipe as plain data, at full size, with what of the network and the training is not as usual. The
 * shortest is `{ name, data: { system } }`.
 */
export interface Experiment<Data extends DataInput = DataInput> extends ExperimentParts<Data> {
  /** Names folders: small letters, digits, "-" and "_". */
  readonly name: string;
  /** What is different at the small size. An experiment without it has one size. */
  readonly small?: Partially<ExperimentParts<Data>>;
}
