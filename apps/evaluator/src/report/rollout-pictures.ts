import type { Evaluation } from "../measure/evaluation.ts";
import { contestantSeries } from "./contestant-series.ts";
import { lineChart } from "./line-chart.ts";
import type { Picture } from "./picture.ts";
import { plural } from "./wording.ts";

const beyond = "A line along the upper edge is beyond the axis.";

/** A score of every contestant over the time of a rollout; null where there was none. */
export function rolloutPicture(evaluation: Evaluation, metric: "vrmse" | "crps"): Picture | null {
  if (!evaluation.contestants.some((contestant) => contestant.rollout !== null)) return null;
  const { members, trajectories, frameInterval } = evaluation.setting;
  const lines = contestantSeries(
    evaluation,
    ({ rollout }) =>
      rollout?.[metric].map((value, index) => [(index + 1) * frameInterval, value] as const) ?? [],
  );
  const x = { label: "physical time", type: "linear", include: 0 } as const;
  if (metric === "crps")
    return {
      name: "rollout-crps",
      svg: lineChart("CRPS along a rollout", lines, {
        x,
        // Beyond this nothing can be told but that it diverges.
        y: {
          label: "CRPS (training standard deviations)",
          type: "linear",
          include: 0,
          limits: [0, 2],
        },
      }),
      caption: `Continuous ranked probability score of ensembles of ${plural(members, "member")} (fair estimator; for the solver and persistence, which make a single forecast, the mean absolute error), averaged over ${plural(trajectories, "held-out rollout")}. Lower is better. Climatology is the score of a forecast without skill. ${beyond}`,
    };
  return {
    name: "rollout-vrmse",
    svg: lineChart("VRMSE along a rollout", lines, {
      x,
      y: { label: "VRMSE of a single member", type: "linear", include: 0, limits: [0, 2.5] },
      guides: [{ axis: "y", at: Math.SQRT2, label: "√2: two unrelated states" }],
    }),
    caption: `Root mean square error of single members, divided by the standard deviation of the true frame. A blurred forecast scores better here than a sharp one, so this curve alone cannot judge a sampler: look at the CRPS and the spectra too. ${beyond}`,
  };
}
