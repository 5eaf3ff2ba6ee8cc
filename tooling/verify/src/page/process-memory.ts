import { readdirSync, readFileSync } from "node:fs";

/** The parent of each process that runs. */
function parents(): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/u.test(name)) continue;
    const parent = fieldOf(name, /^PPid:\s+(\d+)/mu);
    if (parent !== null) found.set(Number(name), parent);
  }
  return found;
}

/** A number of what Linux tells of a process; null where it has ended meanwhile, or none is told. */
function fieldOf(pid: number | string, field: RegExp): number | null {
  try {
    const value = field.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return value === undefined ? null : Number(value);
  } catch {
    return null;
  }
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
  let kilobytes = 0;
  for (const child of all.keys()) {
    if (!isBelow(child)) continue;
    kilobytes +=
      (fieldOf(child, /^RssAnon:\s+(\d+)/mu) ?? 0) + (fieldOf(child, /^VmSwap:\s+(\d+)/mu) ?? 0);
  }
  return kilobytes / 1024;
}
