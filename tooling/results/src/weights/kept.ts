import { type FigureColumn, figureColumns } from "../columns.ts";
import type { Label } from "../study.ts";

/** A model of a table whose weights stand beside it. */
interface KeptModel {
  /** As its evaluation calls it. */
  readonly name: string;
  /** One of its budgets, which costs little; null for a model that is run in one way only. */
  readonly sampler: string | null;
  readonly label: Label;
  /** One for each seed. */
  readonly weights: readonly {
    /** Below the folder of the pages. */
    readonly folder: string;
    /** SHA-256 of its manifest, which has those of the weights. */
    readonly sha256: string;
  }[];
}

/** What brings figures of a table out again from weights that stand beside it. */
export interface KeptTable {
  /** Its heading. */
  readonly table: string;
  readonly columns: readonly string[];
  /** Words of the simulator that makes the data to test on, but for their folder. */
  readonly simulator: readonly string[];
  /** Words of the evaluation that the table is of. */
  readonly evaluator: readonly string[];
  readonly models: readonly KeptModel[];
}

/** The columns of a table that come out again from its weights: those after one step, which need no ensemble of the solver's. */
export const checkedColumns = ({ columns }: Pick<KeptTable, "columns">): readonly FigureColumn[] =>
  figureColumns.filter(({ name, origin }) => columns.includes(name) && origin.part === "oneStep");
