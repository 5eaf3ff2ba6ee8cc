import { markdownTable } from "command-line";
import { decimals } from "../text.ts";
import { budgets } from "./methods.ts";

/** What one method reached with one number of evaluations. */
export interface BoardRow {
  readonly method: string;
  readonly nfe: number;
  /** The Kullback–Leibler divergence of the board from the samples, in nats. */
  readonly kl: number;
  readonly iterations: number;
  readonly seed: number;
}

/** A line per method and a column per number of evaluations; a dash where a method has no such sampler. */
export function boardTable(rows: readonly BoardRow[], floor: number): string {
  const methods = [...new Set(rows.map(({ method }) => method))];
  const cell = decimals(4);
  return markdownTable([
    ["method", ...budgets.map(String)],
    ...methods.map((method) => [
      method,
      ...budgets.map((budget) =>
        cell(rows.find((row) => row.method === method && row.nfe === budget)?.kl ?? null),
      ),
    ]),
    ["exact samples", ...budgets.map(() => cell(floor))],
  ]);
}
