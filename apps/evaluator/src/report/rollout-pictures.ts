import type { Evaluation } from "../measure/evaluation.ts";
import { contestantSeries } from "./contestant-series.ts";
import { cutNote, lineChart } from "./line-chart.ts";
import type { Picture } from "./picture.ts";
import { atTime, inSeries, plural, significant } from "./wording.ts";

const looks = {
  crps: {
    title: "CRPS along a rollout",
    label: "CRPS (training standard deviations)",
    // Beyond this nothing can be told but that it diverges.
    limits: [0, 2],
    guides: [],
  },
  vrmse: {
    title: "VRMSE along a rollout",
    label: "VRMSE of a single member",
    limits: [0, 2.5],
    guides: [{ axis: "y", at: Math.SQRT2, label: "√2: two unrelated states" }],
  },
} as const;

/** A score of every contestant over the time of a rollout; null where there was none. */
export function rolloutPicture(evaluation: Evaluation, metric: "vrmse" | "crps"): Picture | null {
  if (!evaluation.contestants.some((contestant) => contestant.rollout !== null)) return null;
  const { frameInterval, rolloutLength } = evaluation.setting;
  const lines = contestantSeries(
    evaluation,
    ({ rollout }) =>
      rollout?.[metric].flatMap((value, index) =>
        value === null ? [] : [[(index + 1) * frameInterval, value] as const],
      ) ?? [],
  );
  const { title, label, limits, guides } = looks[metric];
  const { svg, narrow, isCut } = lineChart(title, lines, {
    x: { label: "physical time", type: "linear", include: 0 },
    y: { label, type: "linear", include: 0, limits },
    guides,
  });
  const ends = evaluation.contestants.flatMap(({ name, rollout }) => {
    const last = rollout?.[metric].at(-1) ?? null;
    return last === null ? [] : [`${name} ${significant(last)}`];
  });
  const caption = metric === "crps" ? crpsCaption(evaluation) : vrmseCaption;
  return {
    name: `rollout-${metric}`,
    svg,
    narrow,
    alt: `${title}. At ${atTime(rolloutLength, frameInterval)}: ${ends.join(", ")}. All figures are in metrics.csv.`,
    caption: isCut ? `${caption} ${cutNote}` : caption,
  };
}

const vrmseCaption =
  "Root mean square error of single members, divided by the standard deviation of the true frame. A blurred forecast scores better here than a sharp one, so this curve alone cannot judge a sampler: look at the CRPS and the spectra too.";

function crpsCaption({ contestants, setting }: Evaluation): string {
  const { members, trajectories } = setting;
  const single = contestants.flatMap(({ name, frames }) =>
    frames !== null && frames.ensemble === null ? [name] : [],
  );
  const ensembles =
    single.length < contestants.length
      ? ` of ensembles of ${plural(members, "member")} (fair estimator)`
      : "";
  const certain =
    single.length === 0
      ? ""
      : ` Of ${inSeries(single)}, which ${single.length === 1 ? "makes" : "make"} a single forecast, it is the mean absolute error.`;
  const floor = contestants.some(({ name }) => name === "climatology")
    ? " Climatology is the score of a forecast without skill."
    : "";
  return `Continuous ranked probability score${ensembles}, averaged over ${plural(trajectories, "held-out rollout")}. Lower is better.${certain}${floor}`;
}
