import { join } from "node:path";
import type { ExperimentConfig } from "@eddyflow/experiments";
import { configureExperiment } from "command-line";
import type { Setting } from "./setting.ts";

/** Seeds and studies share configurations, and each takes a tenth of a second. */
const known = new Map<string, Promise<ExperimentConfig>>();

const plainConfig = async (...asked: Parameters<typeof configureExperiment>) =>
  (await configureExperiment(...asked)).config;

/** What a command with the words of a setting and these keys would run. */
export function configOf(
  root: string,
  { experiment, size, overrides }: Setting,
  keys: readonly string[],
): Promise<ExperimentConfig> {
  const source = experiment.includes("/") ? join(root, experiment) : experiment;
  const all = [...overrides, ...keys];
  const name = JSON.stringify([source, size, all]);
  const config = known.get(name) ?? plainConfig(source, { size, overrides: all });
  known.set(name, config);
  return config;
}
