import type { CommonTraining, NetworkRecipe, RecipeInputs, Recipes } from "@eddyflow/methods";
import type { DataInput, DataRecipe } from "@eddyflow/systems";
import type { Partially } from "./partially.ts";

/** What an experiment measures its size by: the full one of the literature, or one that runs in seconds. */
export type Size = "small" | "full";

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
  readonly network?: Partially<NetworkRecipe>;
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
