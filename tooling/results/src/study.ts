import type { Row } from "./rows.ts";
import type { Extent } from "./studies/extent.ts";
import type { TrainedContestant } from "./work/evaluate.ts";
import type { Place } from "./work/place.ts";
import type { Work } from "./work/work.ts";

/** What a study is planned with. */
export interface StudyOptions {
  readonly place: Place;
  readonly extent: Extent;
  readonly seeds: number;
  /** Only parts whose name contains it. */
  readonly only: string | undefined;
  /** Network evaluations of a student's training, in place of the study's own. */
  readonly budgets: readonly number[] | undefined;
}

/** What a row of a table says of a contestant that its evaluation does not know. */
export interface Label {
  /** As the table calls it. */
  readonly method: string;
  /** Network evaluations of its training; null for what is not a student. */
  readonly budget: number | null;
}

/** A model of a table whose weights are kept beside the page, so that a row can be held against them. */
interface KeptContestant {
  readonly contestant: TrainedContestant;
  /** A budget that costs little; null for a model that is run in one way only. */
  readonly sampler: string | null;
}

/** One evaluation and its table. */
export interface Comparison {
  readonly heading: string;
  /** The system, the network and the data, in a few sentences. */
  readonly about: string;
  readonly evaluation: Work;
  /** By the name of a contestant in the evaluation. */
  readonly labels: Readonly<Record<string, Label>>;
  /** Names of the columns of its table, in order. */
  readonly columns: readonly string[];
  /** Pictures of the evaluator's report that stand under the table, with what they show. */
  readonly pictures: readonly { readonly file: string; readonly about: string }[];
  readonly kept?: readonly KeptContestant[];
}

/** A question, and what is trained and compared to answer it. */
export interface Study {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /** Of each training, if no other number is asked for. */
  readonly seeds: number;
  /** What it takes: network evaluations of its trainings, and minutes on two cores with native TensorFlow. */
  readonly cost: { readonly evaluations: string; readonly minutes: number };
  /** Names that `--only` chooses from. */
  readonly parts: readonly string[];
  plan(options: StudyOptions): Promise<readonly Comparison[]>;
  /** One sentence, with its interval, from the rows of each comparison, which has the heading of the same index. */
  answer(tables: readonly (readonly Row[])[], headings: readonly string[]): string;
}
