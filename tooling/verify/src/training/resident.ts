import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Resident memory of a process in MiB, now and at its most; null where it has ended. */
export function residentOf(pid: number): { readonly now: number; readonly most: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`, "u").exec(status)?.[1]);
    const [now, most] = [field("VmRSS") / 1024, field("VmHWM") / 1024];
    return Number.isFinite(now) ? { now, most } : null;
  } catch {
    if (process.platform === "linux") return null;
  }
  try {
    const now = Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)])) / 1024;
    return { now, most: now };
  } catch {
    return null;
  }
}
