import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type BackendName, backendNames } from "./backend-info.ts";
import { findNativeFolder, type NativeKind } from "./tensorflow/native-folder.ts";

/** What a measurement is bound to: on another machine, or with another TensorFlow, it says nothing. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Versions of the installed TensorFlows, null where there is none. */
  readonly tensorflow: string | null;
  readonly tensorflowGpu: string | null;
}

/** How fast the backends of a machine were, as `pnpm backends --measure` keeps it in `.tools/backends.json`. */
export interface Measurement {
  readonly machine: Machine;
  /** Billions of floating-point operations a second. */
  readonly gflops: Readonly<Partial<Record<BackendName, number>>>;
}

/** The order in which `auto` tries the backends, and what gave it. */
export interface AutoOrder {
  readonly names: readonly BackendName[];
  readonly source: string;
}

function versionOf(kind: NativeKind): string | null {
  try {
    return findNativeFolder(kind)?.version ?? null;
  } catch {
    return null;
  }
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    processor: (cpus()[0]?.model ?? "unknown").trim(),
    cores: cpus().length,
    tensorflow: versionOf("cpu"),
    tensorflowGpu: versionOf("cuda"),
  };
}

/**
 * Where a measurement is kept: in `.tools` of the checkout whose `packages/backend` this is. Null where this package was
 * installed from a registry, and in a checkout without `.tools`: no other folder decides the order.
 */
export function measurementFile(
  packageFolder: string = join(import.meta.dirname, ".."),
): string | null {
  const root = join(packageFolder, "../..");
  const isCheckout = existsSync(join(root, "pnpm-workspace.yaml"));
  const tools = join(root, ".tools");
  return isCheckout && existsSync(tools) ? join(tools, "backends.json") : null;
}

function isMeasurement(value: unknown): value is Measurement {
  const { machine, gflops } = (value ?? {}) as Partial<Measurement>;
  return (
    typeof machine === "object" &&
    machine !== null &&
    typeof gflops === "object" &&
    gflops !== null &&
    Object.entries(gflops).every(
      ([name, rate]) => (backendNames as readonly string[]).includes(name) && Number(rate) > 0,
    )
  );
}

/** In what a measurement's machine is not this one, or null. */
function differs(measured: Machine, machine: Machine): string | null {
  const keys = Object.keys(machine) as (keyof Machine)[];
  const key = keys.find((name) => measured[name] !== machine[name]);
  return key === undefined
    ? null
    : `${key} was ${measured[key] ?? "none"}, is ${machine[key] ?? "none"}`;
}

/**
 * The order of `auto`. It is the usual one; the backends that were measured on this machine change places, so that faster
 * ones come first. A measurement that is damaged, or of another machine, changes nothing, and the source says so.
 */
export function autoOrder(
  file: string | null = measurementFile(),
  machine: Machine = thisMachine(),
): AutoOrder {
  const usual = (reason: string | null): AutoOrder => ({
    names: backendNames,
    source:
      reason === null
        ? "the usual order"
        : `the usual order, for ${file} ${reason}; run \`pnpm backends --measure\``,
  });
  if (file === null || !existsSync(file)) return usual(null);
  let measurement: unknown;
  try {
    measurement = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return usual("cannot be read");
  }
  if (!isMeasurement(measurement)) return usual("holds no measurement");
  const { gflops } = measurement;
  const difference = differs(measurement.machine, machine);
  if (difference !== null) return usual(`is out of date (${difference})`);
  const known = backendNames.filter((name) => gflops[name] !== undefined);
  const fastestFirst = known.toSorted((a, b) => (gflops[b] ?? 0) - (gflops[a] ?? 0));
  const names = backendNames.map((name) =>
    gflops[name] === undefined ? name : (fastestFirst.shift() ?? name),
  );
  return { names, source: `the order measured in ${file}` };
}
