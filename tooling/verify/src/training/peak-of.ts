import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The most resident memory of a process so far in MiB, or its memory now where the system does not tell; null where it has ended. */
export function peakOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const most = Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1]) / 1024;
    return Number.isFinite(most) ? most : null;
  } catch {
    if (process.platform === "linux") return null;
  }
  try {
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)])) / 1024;
  } catch {
    return null;
  }
}
