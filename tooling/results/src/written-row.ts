import type { Row } from "./rows.ts";

/** A row as files have it: the figures that every study has by themselves, and all of them with their intervals. */
export function writtenRow(row: Row) {
  const value = (name: string) => row.figures[name]?.value ?? null;
  return {
    ...row,
    distillationError: { mean: value("distillation error"), std: row.deviation },
    bands: { low: value("low"), mid: value("mid"), high: value("high") },
    crps: { oneStep: value("CRPS, one step"), rollout: value("CRPS, rollout") },
  };
}
