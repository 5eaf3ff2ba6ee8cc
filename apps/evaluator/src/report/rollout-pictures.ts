import type { Evaluation } from "../measure/evaluation.ts";
import { fileName } from "./file-name.ts";
import type { Picture } from "./picture.ts";
import { type RolloutLook, rolloutScorePicture } from "./rollout-score-picture.ts";
import { inSeries, plural } from "./wording.ts";

const crpsLook = {
  title: "CRPS along a rollout",
  label: "CRPS (training standard deviations)",
  include: 0,
  // Beyond this nothing can be told but that it diverges.
  limits: [0, 2],
} as const;

const vrmseLook: RolloutLook = {
  name: "rollout-vrmse",
  title: "VRMSE along a rollout",
  label: "VRMSE of a single member",
  include: 0,
  limits: [0, 2.5],
  guides: [{ axis: "y", at: Math.SQRT2, label: "√2: two unrelated states" }],
  caption:
    "Root mean square error of single members, divided by the standard deviation of the true frame. A blurred forecast scores better here than a sharp one, so this curve alone cannot judge a sampler: look at the CRPS and the spectra too.",
  score: ({ vrmse }) => vrmse?.mean,
};

/** CRPS and VRMSE of every contestant over the time of a rollout, in the mean over channels. */
export const rolloutPictures = (evaluation: Evaluation): readonly (Picture | null)[] => [
  rolloutScorePicture(evaluation, {
    ...crpsLook,
    name: "rollout-crps",
    caption: crpsCaption(evaluation),
    score: ({ crps }) => crps?.mean,
  }),
  rolloutScorePicture(evaluation, vrmseLook),
];

/** The CRPS over the time of a rollout, a picture for each channel; none where there is one channel. */
export function channelRollouts(evaluation: Evaluation): readonly (Picture | null)[] {
  const { scoredChannels } = evaluation.setting;
  if (scoredChannels.length < 2) return [];
  return scoredChannels.map((channel, index) =>
    rolloutScorePicture(evaluation, {
      ...crpsLook,
      name: `rollout-crps-${fileName(channel, index)}`,
      title: `CRPS of ${channel} along a rollout`,
      caption: `The CRPS of ${channel} alone.`,
      score: ({ crps }) => crps?.channels[index],
    }),
  );
}

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
