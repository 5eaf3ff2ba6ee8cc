import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const cli = join(import.meta.dirname, "../../../../apps/simulator/src/cli.ts");

/** Three stores of 7 trajectories in all, which two cores make in less than a second. */
const recipe = [
  ...["ks2d", "--size", "small", "data.numPoints=32", "data.domainExtent=30", "data.warmUp=150"],
  ...["data.frames=4", "data.observation.pointStride=2", "data.trajectories.train=4"],
  ...["data.trajectories.validation=2", "data.trajectories.test=1"],
];

/** A simulator at work, in a process group of its own. */
export interface Simulator {
  /** Whether it has said anything yet: it is past loading its code. */
  hasSpoken(): boolean;
  /** Ends the whole group at once, without a word; false where it had ended by itself. */
  kill(): boolean;
  /** Its exit code, null where it was killed, and all that it said. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

/** Starts a simulator that fills the stores in `out`, all of them or its part of them. */
export function startSimulator(out: string, shard: string | null = null): Simulator {
  const part = shard === null ? [] : ["--shard", shard];
  const child = spawn(process.execPath, [cli, ...recipe, "--out", out, ...part], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return {
    hasSpoken: () => said !== "",
    kill: () => {
      if (child.pid === undefined || child.exitCode !== null) return false;
      process.kill(-child.pid, "SIGKILL");
      return true;
    },
    ended: once(child, "close").then(([code]) => ({ code: code as number | null, said })),
  };
}
