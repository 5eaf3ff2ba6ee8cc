import { readFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import type { Communicator } from "./communicator.ts";
import { broadcastValue, gatherValues } from "./values.ts";

/** What a rank has of the machine that it runs on. */
export interface NodeShare {
  /** The number of this rank among those of the machine, and how many they are. */
  readonly rank: number;
  readonly size: number;
  /** Its cores: those that the launcher bound it to, divided by the ranks that were bound to the same ones; at least 1. */
  readonly cores: number;
}

/** Shares out each machine among its ranks. Collective. */
export async function nodeShare(communicator: Communicator): Promise<NodeShare> {
  const place = { host: hostname(), cores: boundCores() };
  const places = await broadcastValue(communicator, await gatherValues(communicator, place));
  const ranks = [...places.keys()].filter((rank) => places[rank]?.host === place.host);
  const sharers = ranks.filter((rank) => places[rank]?.cores === place.cores).length;
  return {
    rank: ranks.indexOf(communicator.rank),
    size: ranks.length,
    cores: Math.max(1, Math.floor(availableParallelism() / sharers)),
  };
}

/** The cores that this process may run on, as Linux lists them; "" where the system does not say. */
function boundCores(): string {
  try {
    return (
      /^Cpus_allowed_list:\s*(.*)$/mu.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? ""
    );
  } catch {
    return "";
  }
}
