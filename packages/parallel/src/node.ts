export { connect } from "./connect.ts";
export { type Launched, launchedAs, withoutLauncher } from "./launcher.ts";
export { mpi } from "./mpi.ts";
export { type NodeShare, nodeShare } from "./node-share.ts";
