/** A small periodic field, and the network of a velocity for it that is told the state before. */
export const grid = { shape: [8, 8], extent: [8, 8], boundary: ["periodic", "periodic"] } as const;
export const network = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [3, 4],
  padding: ["periodic", "periodic"],
} as const;
