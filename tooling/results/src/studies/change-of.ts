import type { Figure, Row } from "../rows.ts";
import { decimals } from "../text.ts";

const text = ({ value, interval }: Figure): string =>
  `${decimals(4)(value)}${
    interval === null ? "" : ` (${decimals(4)(interval.low)} to ${decimals(4)(interval.high)})`
  }`;

/** A sentence on how one figure differs between two methods, and whether their intervals overlap. */
export function changeOf(
  rows: readonly Row[],
  {
    from,
    to,
    of,
    sampler,
  }: {
    readonly from: string;
    readonly to: string;
    /** Name of a column. */
    readonly of: string;
    /** Of `to`, where it has several. */
    readonly sampler?: string;
  },
): string {
  const first = rows.find(({ method }) => method === from)?.figures[of];
  const second = rows.find(
    (row) => row.method === to && (sampler === undefined || row.sampler === sampler),
  )?.figures[of];
  const name = `${to}${sampler === undefined ? "" : ` with ${sampler}`}`;
  if (first === undefined || second === undefined) return `${from} and ${name} were not compared.`;
  const [a, b] = [first.interval, second.interval];
  const differ = a !== null && b !== null && (a.high < b.low || b.high < a.low);
  return `${of}: ${text(first)} for ${from}, ${text(second)} for ${name}; ${
    differ ? "the intervals do not overlap" : "the intervals overlap, so no difference is shown"
  }.`;
}
