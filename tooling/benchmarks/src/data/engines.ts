import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EngineCommand } from "../engine-process.ts";
import { peers, whyNot } from "../engines.ts";

const peerNames = ["exponax", "numpy"] as const;
export type DataEngineName = "eddyflow" | (typeof peerNames)[number];

interface DataEngines {
  readonly commands: readonly (EngineCommand & { readonly name: DataEngineName })[];
  readonly absent: readonly { readonly engine: string; readonly reason: string }[];
  /** The processor that all engines are bound to, or why they are not. */
  readonly binding: string;
}

/** The first processor that this process may use, where Linux says so and `taskset` is there. */
async function firstProcessor(): Promise<string | null> {
  try {
    const status = await readFile("/proc/self/status", "utf8");
    const first = /^Cpus_allowed_list:\s*(\d+)/mu.exec(status)?.[1];
    if (first === undefined) return null;
    await promisify(execFile)("taskset", ["-c", first, "true"]);
    return first;
  } catch {
    return null;
  }
}

/**
 * Looks for the engines of the data benchmark. Each is bound to one and the same processor, so that what is
 * compared is work per thread; the peers are libraries of the Python given.
 */
export async function findDataEngines(
  python: string = process.env["EDDYFLOW_PYTHON"] || "python3",
): Promise<DataEngines> {
  const processor = await firstProcessor();
  const bound = (name: DataEngineName, command: string, args: readonly string[]) =>
    processor === null
      ? { name, command, args }
      : { name, command: "taskset", args: ["-c", processor, command, ...args] };
  const reasons = await Promise.all(peerNames.map((name) => whyNot(python, name)));
  return {
    commands: [
      bound("eddyflow", process.execPath, [join(import.meta.dirname, "engine.ts")]),
      ...peerNames
        .filter((_, i) => reasons[i] === null)
        .map((name) => bound(name, python, [peers, name])),
    ],
    absent: peerNames.flatMap((engine, i) => {
      const reason = reasons[i];
      return reason ? [{ engine, reason }] : [];
    }),
    binding:
      processor === null
        ? "engines use as many processors as they like: there is no taskset"
        : "every engine is bound to one processor, the same for all",
  };
}
