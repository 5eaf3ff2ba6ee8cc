import { readdirSync, readFileSync } from "node:fs";
import { anonymousMemory } from "../training/anonymous-memory.ts";

/** The parent of each process that runs. */
function parents(): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/u.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, "utf8");
      found.set(Number(name), Number(/^PPid:\s+(\d+)/mu.exec(status)?.[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/**
 * MiB of all processes below one, theirs alone or swapped out: neither files nor what they share counts, so nothing does
 * twice. On Linux alone.
 */
export function memoryBelow(pid: number): number {
  const all = parents();
  const isBelow = (child: number): boolean => {
    const parent = all.get(child);
    return parent !== undefined && (parent === pid || isBelow(parent));
  };
  let mebibytes = 0;
  for (const child of all.keys()) if (isBelow(child)) mebibytes += anonymousMemory(child) ?? 0;
  return mebibytes;
}
