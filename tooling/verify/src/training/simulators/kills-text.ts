import { phases } from "./phase.ts";
import type { KillsReport } from "./run-kills.ts";

/** For a terminal. */
export function killsText(report: KillsReport): string {
  const { killed, besideAnother, tooLate, finished, wrong, seed } = report;
  const width = Math.max(...phases.map((phase) => phase.length));
  const total = phases.reduce((sum, phase) => sum + killed[phase], 0);
  return `${[
    `${total} simulators killed, seed ${seed}, when they were at`,
    ...phases.map((phase) => `  ${phase.padEnd(width)}  ${killed[phase]}`),
    `${besideAnother} of them beside another on the same stores; ${tooLate} had ended before`,
    `three stores each were finished ${finished} times; ${wrong.length} differences from the uninterrupted ones`,
    ...wrong,
  ].join("\n")}\n`;
}
