import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EngineCommand } from "./engine-process.ts";

/** What takes part, ours first, by the names of the table. */
const engineNames = [
  "eddyflow",
  "eddyflow-mixed",
  "torch-eager",
  "torch-channels-last",
  "torch-compiled",
  "torch-autocast",
  "torch-autocast-channels-last",
  "jax",
  "numpy",
] as const;
export type EngineName = (typeof engineNames)[number];

/** PyTorch in float32; its best is what ratios are taken to. */
export const torchFloat32: readonly EngineName[] = ["torch-eager", "torch-channels-last"];
/** PyTorch in bfloat16; its best is what our mixed precision is compared with. */
export const torchMixed: readonly EngineName[] = ["torch-autocast", "torch-autocast-channels-last"];

/** Whether this machine has an engine, and what there is or why not. */
export type Presence =
  | { readonly name: EngineName; readonly command: EngineCommand }
  | { readonly name: EngineName; readonly absent: string };

/** How the bootstrap starts the trainer. */
const { trainer: trainerStart } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../bootstrap/src/start-options.json"), "utf8"),
) as { readonly trainer: { readonly node: string[]; readonly env: Record<string, string> } };

const libraries = { torch: "torch", jax: "jax", numpy: "numpy" } as const;
/** The program that runs a peer by name. */
export const peers = join(import.meta.dirname, "../peers/engine.py");

/** The reason why a Python library cannot be imported, or null. */
export async function whyNot(python: string, library: string): Promise<string | null> {
  try {
    await promisify(execFile)(python, ["-c", `import ${library}`], { timeout: 120_000 });
    return null;
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === "ENOENT") return `there is no ${python}`;
    return stderr?.trim().split("\n").at(-1) ?? `${python} cannot import ${library}`;
  }
}

/**
 * Looks for the engines: ours is this process's Node, peers are libraries of the Python that
 * `EDDYFLOW_PYTHON` names, or else of `python3`.
 */
export async function findEngines(
  python: string = process.env["EDDYFLOW_PYTHON"] || "python3",
): Promise<readonly Presence[]> {
  const reasons = Object.fromEntries(
    await Promise.all(
      Object.values(libraries).map(
        async (library) => [library, await whyNot(python, library)] as const,
      ),
    ),
  );
  return engineNames.map((name): Presence => {
    if (name === "eddyflow" || name === "eddyflow-mixed") {
      const precision = name === "eddyflow" ? "float32" : "mixed";
      const main = join(import.meta.dirname, "engine.ts");
      return {
        name,
        command: {
          name,
          command: process.execPath,
          // As the trainer is started, and able to collect what the preparation left behind.
          args: [...trainerStart.node, "--expose-gc", main, precision],
          env: trainerStart.env,
        },
      };
    }
    const absent = reasons[name.split("-")[0] as string];
    if (absent) return { name, absent };
    return { name, command: { name, command: python, args: [peers, name] } };
  });
}
