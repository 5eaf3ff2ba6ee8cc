import { join } from "node:path";
import { configOf } from "./config-of.ts";
import { contentKey } from "./content-key.ts";
import type { Place } from "./place.ts";
import { type Setting, settingWords } from "./setting.ts";
import type { Work } from "./work.ts";

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
