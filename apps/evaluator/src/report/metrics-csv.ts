import type { Evaluation } from "../measure/evaluation.ts";
import type {
  ChannelScores,
  EnsembleScores,
  Score,
  ScoreRatios,
  Scores,
} from "../measure/scores.ts";
import { type Cell, csv } from "./csv.ts";

const header = [
  ...["contestant", "mode", "metric", "step", "time", "value"],
  ...["channel", "low", "high", "reason", "group"],
];

/** The name of a score in the file: `spread_skill` of `spreadSkill`, `energy_ratio_low` of `energyLow`. */
const metricOf = (name: string): string =>
  name
    .replace(/^energy(?=Low|Mid|High)/u, "energyRatio")
    .replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);

/**
 * Every figure on a line of its own: `contestant, mode, metric, step, time, value, channel, low, high, reason, group`.
 * `contestant` names a budget, `group` the contestant at all its budgets. The mode `rollout-mean` is the mean over steps. `step`
 * counts frames after the initial state and `time` is physical; both are empty for what belongs to no step. `channel` is
 * empty for the mean over channels. `low` and `high` are the ends of the interval of 95 % confidence. A score without a
 * value has a reason. The floor of the mode ensemble is what a part of the reference scores against the rest. The truth has the drifts and the divergence of its own.
 */
export function metricsCsv(evaluation: Evaluation): string {
  const rows: Cell[][] = [header];
  const { frameInterval, scoredChannels } = evaluation.setting;
  const groups = new Map(evaluation.contestants.map(({ name, group }) => [name, group]));
  const add = (
    contestant: string,
    mode: string,
    metric: string,
    step: number | null,
    score: Score,
    channel: string | null = null,
  ) => {
    const { value, interval } = score;
    const reason = score.reason ?? null;
    if (value === null && reason === null) return;
    const time = step === null ? null : Number((step * frameInterval).toPrecision(12));
    const [low, high] = interval ?? [null, null];
    const group = groups.get(contestant) ?? contestant;
    rows.push([contestant, mode, metric, step, time, value, channel, low, high, reason, group]);
  };
  const plain = (value: number | null): Score => ({ value, interval: null });
  const addChannels = (
    ...[contestant, mode, metric, step, { mean, channels }]: [
      ...[string, string, string, number | null],
      ChannelScores,
    ]
  ) => {
    add(contestant, mode, metric, step, mean);
    for (const [channel, score] of channels.entries()) {
      add(contestant, mode, metric, step, score, scoredChannels[channel] ?? null);
    }
  };
  const addScores = (
    contestant: string,
    mode: string,
    step: number,
    scores: Scores | EnsembleScores,
  ) => {
    for (const [name, score] of Object.entries(scores)) {
      addChannels(contestant, mode, metricOf(name), step, score);
    }
  };
  const addOwn = (name: string, { rollout, divergence }: Evaluation["truthScores"]) => {
    for (const [index, scores] of (rollout ?? []).entries()) {
      addScores(name, "rollout", index + 1, scores);
    }
    for (const field of divergence) {
      const channels = field.channels.join(" ");
      if (field.oneStep !== null) add(name, "one-step", "divergence", 1, field.oneStep, channels);
      for (const [index, score] of (field.rollout ?? []).entries()) {
        add(name, "rollout", "divergence", index + 1, score, channels);
      }
    }
  };
  const addRatios = (name: string, kind: string, ratios: ScoreRatios | null) => {
    const of = [
      ["one-step", 1, ratios?.oneStep],
      ["rollout-mean", null, ratios?.rolloutMean],
      ["ensemble", 1, ratios?.ensemble],
    ] as const;
    for (const [mode, step, scores] of of) {
      for (const [metric, score] of Object.entries(scores ?? {})) {
        add(name, mode, `${metricOf(metric)}_${kind}`, step, score);
      }
    }
    const distillation = ratios?.distillationError ?? null;
    if (distillation !== null) {
      add(name, "one-step", `distillation_error_${kind}`, 1, distillation);
    }
  };
  for (const contestant of evaluation.contestants) {
    const { name, scores } = contestant;
    add(name, "cost", "sampler_steps", null, plain(contestant.sampler?.steps ?? null));
    add(name, "cost", "seeds", null, plain(contestant.seeds));
    add(name, "cost", "nfe_per_step", null, plain(contestant.nfePerStep));
    add(name, "cost", "ms_per_step", null, plain(contestant.msPerStep));
    add(name, "cost", "batch", null, plain(contestant.batch));
    if (scores.oneStep !== null) addScores(name, "one-step", 1, scores.oneStep);
    for (const [channel, ranks] of (scores.rankHistogram ?? []).entries()) {
      for (const [rank, part] of ranks.entries()) {
        const at = scoredChannels[channel] ?? null;
        add(name, "one-step", `rank_${rank}`, 1, plain(part), at);
      }
    }
    if (scores.ensemble !== null) addScores(name, "ensemble", 1, scores.ensemble);
    const distillation = scores.distillationError ?? plain(contestant.distillationError);
    add(name, "one-step", "distillation_error", 1, distillation);
    for (const [metric, score] of Object.entries(scores.rolloutMean ?? {})) {
      addChannels(name, "rollout-mean", metricOf(metric), null, score);
    }
    addRatios(name, "ratio_to_teacher", contestant.ratioToTeacher);
    addRatios(name, "ratio_at_equal_cost", contestant.ratioAtEqualCost);
    if (name === evaluation.reference) {
      add(name, "one-step", "teacher_spread", 1, plain(evaluation.teacherSpread));
    }
    addOwn(name, scores);
    for (const { level, times } of scores.correlationTimes ?? []) {
      addChannels(name, "rollout", `correlation_time_${level}`, null, times);
    }
  }
  addOwn("truth", evaluation.truthScores);
  const floor = evaluation.ensemble?.floor;
  if (floor) addScores("floor", "ensemble", 1, floor.scores);
  return csv(rows);
}
