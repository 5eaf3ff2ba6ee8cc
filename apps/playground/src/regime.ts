/**
 * What the models were trained on: the Kuramoto–Sivashinsky equation on a periodic square, simulated on 128² points of
 * which they see every fourth, two time units from state to state.
 */
export const regime = {
  extent: 120,
  numPoints: 128,
  seen: 32,
  dt: 0.2,
  stepsPerState: 10,
  timePerState: 2,
} as const;

/** Points of a state as the models see it. */
export const seenSize: number = regime.seen ** 2;
