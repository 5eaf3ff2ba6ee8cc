import { printable, shortened } from "@eddyflow/core";
import type { KindReport } from "./run-fuzz.ts";

/** Findings of a kind that are shown; the others are in the JSON. */
const shownFindings = 10;

/** For a terminal. */
export function fuzzText(reports: readonly KindReport[], seed: number): string {
  const width = Math.max(...reports.map(({ name }) => name.length));
  const findings = reports.flatMap((report) => report.findings);
  const total = (of: "flips" | "mutations") => reports.reduce((sum, one) => sum + one[of], 0);
  return `${[
    `${"".padEnd(width)}  flips  mutations  refused    same   other  findings`,
    ...reports.map((one) =>
      [
        one.name.padEnd(width),
        String(one.flips).padStart(5),
        String(one.mutations).padStart(9),
        String(one.refused).padStart(7),
        String(one.same).padStart(6),
        String(one.other).padStart(6),
        String(one.findings.length).padStart(8),
      ].join("  "),
    ),
    ...reports.flatMap((one) =>
      one.findings
        .slice(0, shownFindings)
        .map(({ kind, number, detail }) =>
          number === null
            ? `${kind}, the whole file after damaged ones of the kinds before: ${shortened(printable(detail), 480)}`
            : `${kind}, number ${number}: ${shortened(printable(detail), 480)}\n  again: pnpm verify:fuzz --only ${JSON.stringify(kind)} --number ${number} --seed ${seed}`,
        ),
    ),
    `${total("flips")} flipped bits and ${total("mutations")} mutations, seed ${seed}: ${findings.length === 0 ? "all is right" : `${findings.length} findings`}`,
  ].join("\n")}\n`;
}
