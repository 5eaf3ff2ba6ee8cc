import { join } from "node:path";
import { type Started, startProcess } from "../start-process.ts";

const cli = join(import.meta.dirname, "../../../../../apps/simulator/src/cli.ts");

/** Three stores of 7 trajectories in all, which two cores make in less than a second. */
const recipe = [
  ...["ks2d", "--size", "small", "data.numPoints=32", "data.extent=30", "data.warmUp=150"],
  ...["data.frames=4", "data.observation.pointStride=2", "data.trajectories.train=4"],
  ...["data.trajectories.validation=2", "data.trajectories.test=1"],
];

/** Starts a simulator that fills the stores in `out`, all of them or its part of them. */
export const startSimulator = (out: string, shard: string | null = null): Started =>
  startProcess(process.execPath, [
    ...[cli, ...recipe, "--out", out],
    ...(shard === null ? [] : ["--shard", shard]),
  ]);
