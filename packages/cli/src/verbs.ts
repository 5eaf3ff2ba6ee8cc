import type { Verb } from "command-line";

/** What follows `eddyflow`. */
interface VerbEntry {
  readonly name: Verb;
  /** What it does, for a line of the help. */
  readonly about: string;
  /** The words that stand for it where the app does several things. */
  readonly words: readonly string[];
  /** Runs the app, by the words of `process.argv`; it ends the process. */
  readonly run: () => Promise<unknown>;
}

const evaluator = () => import("evaluator/cli");

/** All verbs, in the order in which a person comes to need them. */
export const verbs: readonly VerbEntry[] = [
  {
    name: "simulate",
    about: "make data: trajectories of a fluid, and reference ensembles",
    words: [],
    run: () => import("simulator/cli"),
  },
  {
    name: "import",
    about: "make one's own data ready to train on",
    words: [],
    run: () => import("importer/cli"),
  },
  {
    name: "train",
    about: "train a model, or distil a trained one into a faster one",
    words: [],
    run: () => import("trainer/cli"),
  },
  {
    name: "evaluate",
    about: "compare models with the solver on held-out data, in a report",
    words: [],
    run: evaluator,
  },
  {
    name: "predict",
    about: "forecast with a model, from the states of a store",
    words: ["predict"],
    run: evaluator,
  },
  {
    name: "export",
    about: "copy what running a model needs, ready for a web server",
    words: ["export"],
    run: evaluator,
  },
];
