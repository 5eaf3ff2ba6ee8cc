import { demoExperiment } from "demo";
import type { StudyOptions } from "../study.ts";
import { simulation } from "../work/simulate.ts";
import { training } from "../work/train.ts";

/**
 * The demo's data and teacher: the same folders in every study, so that they are made once. There are more trajectories to
 * test on than in the demo, since intervals come from drawing among them.
 */
export async function demoRegime({ place, extent }: Pick<StudyOptions, "place" | "extent">) {
  const setting = extent.setting({
    experiment: demoExperiment,
    sizes: ["data.trajectories.test=8"],
  });
  const data = await simulation(setting, place, extent.seconds(80));
  const teacher = await training(place, {
    ...{ name: "teacher", data, method: "velocity", seed: 0, settings: [] },
    ...{ iterations: extent.iterations(1200), seconds: extent.seconds(130) },
  });
  return { data, teacher };
}
