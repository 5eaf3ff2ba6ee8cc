import type { DataInput } from "@eddyflow/systems";
import type { Experiment, OwnData, Size } from "./experiment.ts";
import { merge } from "./merge.ts";

/** An experiment of one size, as it was written. */
export type SizedExperiment<Data extends DataInput | OwnData = DataInput> = Omit<
  Experiment<Data>,
  "small"
>;

/**
 * The experiment at a size: as written at "full", with its `small` put over it at "small". Neither the experiment
 * nor its parts are changed.
 */
export function atSize<Data extends DataInput | OwnData>(
  experiment: Experiment<Data>,
  size: Size,
): SizedExperiment<Data> {
  const { small, ...full } = experiment;
  return size === "full" ? full : (merge(full, small) as SizedExperiment<Data>);
}
