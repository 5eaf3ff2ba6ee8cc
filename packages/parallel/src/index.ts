export type { Communicator } from "./communicator.ts";
export { connect } from "./connect.ts";
export { inProcess } from "./in-process.ts";
export { type Launched, launchedAs, withoutLauncher } from "./launcher.ts";
export { mpi } from "./mpi.ts";
export { type NodeShare, nodeShare } from "./node-share.ts";
export { oneProcess } from "./one-process.ts";
export { broadcastValue, gatherValues, isAny } from "./values.ts";
