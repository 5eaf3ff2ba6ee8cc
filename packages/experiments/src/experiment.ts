import type {
  CommonTraining,
  Method,
  NetworkRecipe,
  OwnNetwork,
  OwnNorm,
  RecipeInputs,
  Recipes,
} from "@eddyflow/methods";
import type { DataInput, DataRecipe, System } from "@eddyflow/systems";
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
  /** The module that brings what is the person's own; absent where there is nothing. */
  readonly module?: OwnModule;
}

/** A module that brings a network, a norm, a method or a system. */
export interface OwnModule {
  /** Absolute; relative to the folder of a run where it is stored with that. */
  readonly path: string;
  /** SHA-256 of it and of the files that it imports by relative paths. */
  readonly sha256: string;
}

/** Data of a system of one's own, with the keys of its recipe. */
export interface OwnData {
  readonly system: System;
  readonly [key: string]: unknown;
}

/** A norm of one's own in the place of one that comes with the project. */
interface OwnNormRecipe {
  readonly kind: "own";
  readonly norm: OwnNorm;
}

type WithNorm<T> = Omit<T, "norm"> & {
  readonly norm?: OwnNormRecipe | (T extends { readonly norm?: infer N } ? N : never);
};

/** What an experiment says. What it leaves out has a default, whole methods included. */
interface ExperimentParts<Data> {
  /** Seed of everything drawn at random, in data and in training; 0 unless given. */
  readonly seed?: number;
  readonly data: Data;
  readonly network?: Omit<Partially<NetworkRecipe>, "own"> & {
    /** A network of one's own in place of the U-Net, which gets features and padding and may use them. */
    readonly own?: OwnNetwork;
  };
  /** What the training of all methods has in common: put under each of `models` that has the key. */
  readonly training?: WithNorm<Partially<CommonTraining>>;
  /** Methods of one's own, which join the list for this experiment. */
  readonly methods?: readonly Method[];
  readonly models?: {
    readonly [M in keyof RecipeInputs]?: WithNorm<Partially<RecipeInputs[M]>>;
  } & Readonly<Record<string, object>>;
}

/**
 * A data recipe as plain data, at full size, with what of the network and the training is not as usual. The
 * shortest is `{ name, data: { system } }`.
 */
export interface Experiment<Data extends DataInput | OwnData = DataInput>
  extends ExperimentParts<Data> {
  /** Names folders: small letters, digits, "-" and "_". */
  readonly name: string;
  /** What is different at the small size. An experiment without it has one size. */
  readonly small?: Partially<ExperimentParts<Data>>;
}
