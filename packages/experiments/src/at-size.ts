import type { DataInput } from "@eddyflow/systems";
import type { Experiment, ExperimentConfig, Size } from "./experiment.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merge(base: unknown, overrides: unknown): unknown {
  if (overrides === undefined) return base;
  // A tagged choice is one value: the keys of another kind would not fit.
  if (!isRecord(base) || !isRecord(overrides) || "kind" in base) return overrides;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(overrides)])];
  return Object.fromEntries(keys.map((key) => [key, merge(base[key], overrides[key])]));
}

/**
 * The experiment at a size: as written at "full", with its `small` overrides put over it at "small".
 * Neither the experiment nor its parts are changed.
 */
export function atSize<Data extends DataInput>(
  experiment: Experiment<Data>,
  size: Size,
): ExperimentConfig<Data> {
  const { small, ...full } = experiment;
  return size === "full" ? full : (merge(full, small) as ExperimentConfig<Data>);
}
