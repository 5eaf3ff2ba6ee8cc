import { readFileSync } from "node:fs";

/** What the processor says that it can do, in Linux's words ("avx512_bf16"), or null where it says nothing. */
export function processorFlags(): ReadonlySet<string> | null {
  try {
    const [, flags] = /^flags\s*:(.*)$/mu.exec(readFileSync("/proc/cpuinfo", "utf8")) ?? [];
    return flags === undefined ? null : new Set(flags.trim().split(/\s+/u));
  } catch {
    return null;
  }
}
