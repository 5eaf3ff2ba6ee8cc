import type {
  Batch,
  Grid,
  NetworkDescription,
  Objective,
  OwnNetworks,
  ParamSets,
  Params,
  Precision,
  SamplerDescription,
  TrainedOn,
} from "@eddyflow/core";
import type { PairOptions, TrajectoryStore } from "@eddyflow/datasets";
import type { Communicator } from "@eddyflow/parallel";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { z } from "zod";
import type { OwnNorms } from "./own-norms.ts";
import type * as Parts from "./recipe-parts.ts";
import type { TrainingRecipe } from "./recipe-parts.ts";

/** What schemas of recipes are made of; given to a method, so that naming the methods loads nothing. */
export type RecipeParts = typeof Parts;

/** A trained model that a student learns from. */
export interface Teacher {
  /** The method that trained it. */
  readonly method: string;
  readonly networks: Readonly<Record<string, NetworkDescription>>;
  /** Its weights by the names of its networks; "student" holds the averaged ones where there are any. */
  readonly sets: ParamSets;
  /** How it is run. */
  readonly sampler: SamplerDescription;
  /** The steps that it learnt to make; absent where any will do, and where its checkpoint does not say. */
  readonly trainedOn?: TrainedOn;
}

/** What is known when a learner is made. */
export interface LearnerContext {
  /** Seed of the initial weights. */
  readonly seed: number;
  /** The network of a velocity field for these data. */
  readonly network: NetworkDescription & { readonly kind: "velocity" };
  /** Networks of one's own, which the builders of `@eddyflow/models` take, by the names in descriptions; none unless given. */
  readonly networks?: OwnNetworks;
  /** Norms of one's own by the names in recipes; none unless given. */
  readonly norms?: OwnNorms;
  /** Of the states. */
  readonly grid: Grid;
  /** Of the student in its objective; teachers, samples and what it is judged by are in float32. */
  readonly precision: Precision;
  /** The channel of the state that holds the time, if one does: a rollout takes it from the clock. */
  readonly timeChannel?: number;
  /** The number of states at the front of the condition, the oldest first; 1 unless given. */
  readonly history?: number;
  /** Null where the method needs none, or where it may have one and none was given. Its weights stay the caller's. */
  readonly teacher: Teacher | null;
  /** Whether a model that is there gives the run its first weights, in place of `init`; not known unless given. */
  readonly hasStart?: boolean;
}

/** What a learner makes batches of its own from. */
export interface BatchSource {
  /** The training data. */
  readonly data: TrajectoryStore;
  /** Which pairs of them there are, and in which units they are learnt. */
  readonly which: PairOptions;
  /** SHA-256 of the teacher's weights, which what was made by another is told apart by; null without a teacher. */
  readonly teacher: string | null;
  /** The folder of the run, for what is kept from one call to the next. */
  readonly folder: string;
  /** The step of the first batch: not 0 where training is resumed. */
  readonly firstStep: number;
  /** The ranks that share out the work and the batches; this process alone unless given. */
  readonly communicator?: Communicator;
  /** Asks to stop; what was made until then is kept. */
  readonly signal: AbortSignal;
  /** Is told how much of what comes before the first batch is there. */
  readonly report?: (done: number, total: number) => void;
}

/** Batches that a learner makes itself, in place of pairs of the data. */
export interface OwnBatches {
  /** What is made for them and how large it is, in words: "688 paths of 16 evaluations, 21.5 MiB". */
  readonly about: string;
  /**
   * Makes what is missing of it, then gives the batches of steps firstStep, firstStep + 1, …: each a function of the
   * recipe, the seed and its step. Null where the signal came before all was made.
   *
   * @throws DataError where what is kept in the folder was made of another teacher or other data.
   */
  open(source: BatchSource): Promise<AsyncIterable<Batch> | null>;
}

/**
 * A network that is trained against the student, in turn with it: a discriminator. It is kept with the state of the
 * training, and no part of the model.
 */
export interface Opponent {
  /** The shape of each of its weights by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The weights that training begins with. The caller disposes them. */
  init(): Params;
  /** Trains them, as the set that it names, after the student in each step and on the same batch. */
  readonly objective: Learner["objective"];
}

/** A model as a training loop sees it. */
export interface Learner {
  /** Of the networks that are saved, by their sets; the trained one is "student". */
  readonly networks: Readonly<Record<string, NetworkDescription>> & {
    readonly student: NetworkDescription;
  };
  /** The weights that training begins with. The caller disposes them. */
  init(): Params;
  /** Weights that are used and do not change, by their sets. Those of a set in `networks` are saved. */
  readonly frozen: ParamSets;
  readonly objective: Objective<Readonly<Record<string, Tensor>>>;
  /** What is trained against the student, by sets of their own; none unless given. */
  readonly opponents?: readonly Opponent[];
  /** Absent where it learns from pairs of the data. */
  readonly batches?: OwnBatches;
  /** How many states to come its batches hold, the next one included; 1 unless given. */
  readonly horizon?: number;
  /** How the trained model is meant to be run. */
  readonly sampler: SamplerDescription;
  /** The steps that it learns to make, saved with it; absent where any will do. */
  readonly trainedOn?: TrainedOn;
  /**
   * What the model is judged by: the loss of an objective on held-out pairs, or its distance to the end points of
   * its teacher from the same noise.
   */
  readonly judge:
    | { readonly kind: "loss"; readonly objective: Learner["objective"] }
    | { readonly kind: "teacher" };
}

/**
 * A model that can be trained: a value, found in the list of methods by its name. Its recipe is a schema whose
 * every key has a default that works and a description; its learner binds initial weights, frozen weights,
 * objective, sampler and judge.
 */
export interface Method<
  Schema extends z.ZodType<TrainingRecipe> = z.ZodType<TrainingRecipe>,
  Name extends string = string,
> {
  /** Small letters, digits and "_"; names the folder of its runs. */
  readonly name: Name;
  /** One line for `--help`. */
  readonly about: string;
  /** Whether it learns from a trained model, or from data alone; "optional" where a trained model may be its start. */
  readonly needsTeacher: boolean | "optional";
  /** The methods whose runs a person is told of where a teacher is missing, the likeliest first; velocity unless given. */
  readonly teachers?: readonly string[];
  recipe(parts: RecipeParts): Schema;
  /**
   * @throws ArgumentError where the recipe does not fit the context; CheckpointError for a teacher of another
   *   kind than it needs.
   */
  learner(recipe: z.output<Schema>, context: LearnerContext): Promise<Learner>;
}

/** Infers the types of a method's recipe and name. */
export const defineMethod = <Schema extends z.ZodType<TrainingRecipe>, const Name extends string>(
  method: Method<Schema, Name>,
): Method<Schema, Name> => method;
