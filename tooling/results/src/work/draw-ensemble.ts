import { join } from "node:path";
import { contentKey } from "./content-key.ts";
import type { Place } from "./place.ts";
import { settingWords } from "./setting.ts";
import type { Simulation } from "./simulate.ts";
import type { Work } from "./work.ts";

export interface EnsembleOptions {
  readonly data: Simulation;
  /** Next states of each condition. */
  readonly members: number;
  /** States of the test split. */
  readonly conditions: number;
  readonly seconds: number;
}

/** The next states that the solver draws of each of some test states; they lie beside the test states. */
export function referenceEnsemble(
  { out }: Place,
  { data, members, conditions, seconds }: EnsembleOptions,
): Work {
  const key = contentKey({ data: data.key, members, conditions });
  const folder = join(out, "ensembles", `${data.experimentName}-${key}`);
  return {
    title: `draw ${members} next states of each of ${conditions} states of ${data.experimentName}`,
    ...{ app: "simulator", key, folder, seconds },
    needs: [data],
    begun: folder,
    args: () => [
      ...settingWords(data.setting),
      ...["--ensemble", String(members), "--conditions", String(conditions)],
      ...["--out", data.folder],
    ],
  };
}
