import { readFileSync } from "node:fs";

/**
 * MiB of a process that no file holds, in memory or swapped out: pages of its program come and go as the machine has memory
 * to spare. Null where the process has ended, or the system does not tell.
 */
export function anonymousMemory(pid: number | "self"): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`, "u").exec(status)?.[1]);
    const mebibytes = (field("RssAnon") + field("VmSwap")) / 1024;
    return Number.isFinite(mebibytes) ? mebibytes : null;
  } catch {
    return null;
  }
}
