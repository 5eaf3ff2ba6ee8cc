import { join } from "node:path";
import { configOf } from "./config-of.ts";
import { contentKey } from "./content-key.ts";
import type { Place } from "./place.ts";
import type { Work } from "./work.ts";

/** An experiment as a command line names it. */
export interface Setting {
  /** Its name, or its module relative to the root of the checkout. */
  readonly experiment: string;
  readonly size: "full" | "small";
  /** `key.path=value` of its data and network. */
  readonly overrides: readonly string[];
}

/** The experiment's words of a command line, without those of a method. */
export const settingWords = ({ experiment, size, overrides }: Setting): readonly string[] => [
  experiment,
  ...(size === "full" ? [] : ["--size", size]),
  ...overrides,
];

/** The trajectories of an experiment. */
export interface Simulation extends Work {
  readonly setting: Setting;
  /** The experiment's own name. */
  readonly experimentName: string;
}

/** The simulation of all splits of an experiment. */
export async function simulation(
  setting: Setting,
  { root, out }: Place,
  seconds: number,
): Promise<Simulation> {
  const { name, seed, data } = await configOf(root, setting, []);
  const key = contentKey({ data, seed });
  const folder = join(out, "data", `${name}-${key}`);
  return {
    title: `simulate ${name}`,
    ...{ app: "simulator", key, folder, seconds, setting, experimentName: name },
    needs: [],
    begun: folder,
    args: () => [...settingWords(setting), "--out", folder],
  };
}
