/**
 * Seconds that other commands will take after this one, as the demo that runs them leaves them in
 * `EDDYFLOW_LATER_SECONDS`; 0 where there is no such thing.
 */
export function laterSeconds(): number {
  const seconds = Number(process.env["EDDYFLOW_LATER_SECONDS"]);
  return seconds > 0 && Number.isFinite(seconds) ? seconds : 0;
}
