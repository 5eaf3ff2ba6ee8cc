import type { Figure, Row } from "../rows.ts";
import { withInterval } from "../text.ts";

/** A row of a table, and what a sentence calls it, such as "with β = 20". */
interface Named {
  readonly method: string;
  /** Where the method has several. */
  readonly sampler?: string;
  readonly words: string;
}

export interface ChangeOptions {
  /** The figure in words, such as "the VRMSE after one step". */
  readonly what: string;
  /** Name of its column. */
  readonly of: string;
  readonly from: Named;
  readonly to: readonly Named[];
}

/** How a figure differs from another, if their intervals show that it does. */
function verdict({ interval: a }: Figure, { interval: b }: Figure): string {
  if (a !== null && b !== null && b.low > a.high) return "higher";
  if (a !== null && b !== null && b.high < a.low) return "lower";
  return "not told apart from that";
}

/** A sentence on how a figure differs between a row and some others. */
export function changeOf(rows: readonly Row[], { what, of, from, to }: ChangeOptions): string {
  const figureOf = ({ method, sampler }: Named) =>
    rows.find((row) => row.method === method && (sampler === undefined || row.sampler === sampler))
      ?.figures[of];
  const first = figureOf(from);
  const others = to.map((each) => ({ words: each.words, figure: figureOf(each) }));
  if (first === undefined) return `${what} is not known ${from.words}.`;
  const clauses = others.map(({ words, figure }) =>
    figure === undefined
      ? `not known ${words}`
      : `${verdict(first, figure)} ${words}, ${withInterval(figure)}`,
  );
  const last = clauses.pop();
  const sentence = [`${what} is ${withInterval(first)} ${from.words}`, ...clauses].join(", ");
  return `${sentence}${last === undefined ? "" : `, and ${last}`}.`;
}
