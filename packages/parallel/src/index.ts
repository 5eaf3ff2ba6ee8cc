export type { Communicator } from "./communicator.ts";
export { inProcess } from "./in-process.ts";
export { oneProcess } from "./one-process.ts";
export { rowsOfRank } from "./rows-of-rank.ts";
export { broadcastValue, gatherValues, isAny } from "./values.ts";
export { zeroFirst } from "./zero-first.ts";
