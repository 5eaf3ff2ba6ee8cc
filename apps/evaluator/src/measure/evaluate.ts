import { framesOf, numPairs, type TrajectoryStore } from "@eddyflow/datasets";
import { broadcastValue, type Communicator, oneProcess } from "@eddyflow/parallel";
import { keyFor, permutation } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import type { Amounts } from "./amounts.ts";
import { atEqualCost } from "./at-equal-cost.ts";
import type {
  BandRatios,
  ContestantEvaluation,
  Evaluation,
  LatentPolicy,
  SpectrumAxis,
} from "./evaluation.ts";
import { comparedLayout, type Layout } from "./layout.ts";
import { measureEnsemble } from "./measure-ensemble.ts";
import { measureOneStep } from "./measure-one-step.ts";
import { measureRollout } from "./measure-rollout.ts";
import { type Cost, measureTime } from "./measure-time.ts";
import { picturedChannels } from "./picture-of.ts";
import { stepsToPicture } from "./pictured-fields.ts";
import { picturedPlane } from "./pictured-plane.ts";
import { type ReferenceEnsemble, requireHistory } from "./reference-ensemble.ts";
import { byName } from "./runs.ts";
import { scoreRatios } from "./score-ratios.ts";
import type { ChannelScores, DivergenceScores, Score, Scores } from "./scores.ts";
import { spectrumAxis } from "./spectrum-sum.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";
import { withoutDraws } from "./tally-scores.ts";
import { wholeVectors } from "./vector-divergence.ts";

export interface EvaluateOptions {
  readonly amounts: Amounts;
  /** To compare ensembles with; null, or not given, where there is none. */
  readonly ensemble?: ReferenceEnsemble | null;
  readonly members: number;
  readonly latentPolicy: LatentPolicy;
  readonly reference: string | null;
  readonly seed: number;
  readonly batch: number;
  /** Times each step once: the figures prove nothing. */
  readonly quick?: boolean;
  /** Standard deviation of each channel over the training data. */
  readonly std: readonly number[];
  readonly signal: AbortSignal;
  /** The ranks that share out the work, all of them with the same contestants and data; this process alone if not given. */
  readonly communicator?: Communicator;
  /** Called as the work goes on: which part is done, 0 … 1, and what comes next. */
  readonly onProgress?: (fraction: number, doing: string) => void;
  /** The time in milliseconds since any fixed moment. */
  readonly clock?: () => number;
}

/** What the measurements found. The caller adds the rest of an `Evaluation`. */
export type Measurements = Pick<
  Evaluation,
  | "contestants"
  | "reference"
  | "teacherSpread"
  | "truthScores"
  | "truthShells"
  | "spectrumAxis"
  | "pictured"
  | "ensemble"
> & {
  readonly setting: Pick<
    Evaluation["setting"],
    | "samples"
    | "trajectories"
    | "members"
    | "rolloutLength"
    | "latentPolicy"
    | "seed"
    | "ranks"
    | "scoredChannels"
  >;
};

/** Rollouts that do not overlap: first one from the start of each trajectory, then one from where those end. */
function rolloutStarts(
  count: number,
  length: number,
  { trajectories, history }: { readonly trajectories: number; readonly history: number },
): Start[] {
  return Array.from({ length: count }, (_, i) => ({
    trajectory: i % trajectories,
    frame: Math.floor(i / trajectories) * length + history - 1,
  }));
}

/** The two scores that the first look is at, in the mean over channels. */
const headline = ({ vrmse, crps }: Scores) => ({
  vrmse: vrmse?.mean.value ?? null,
  crps: crps?.mean.value ?? Number.NaN,
});

/** The energies over the truth's, in the mean over channels; null without a periodic axis. */
function bandRatios(scores: Scores, axis: SpectrumAxis | null): BandRatios | null {
  if (axis === null) return null;
  const { energyLow: low, energyMid: mid, energyHigh: high } = scores;
  const meanOf = (score: ChannelScores | undefined) => score?.mean.value ?? null;
  return { low: meanOf(low), mid: meanOf(mid), high: meanOf(high) };
}

/** Milliseconds, for the time left and for the shares of ranks, of what is not timed. */
const untimed = 0.05;

/**
 * Measures all contestants on held-out trajectories: first the time of a step, then one step, then rollouts. Contestants
 * of one name are runs of one, and become one entry with their mean. In several ranks rank 0 takes the times; what is
 * drawn depends on neither the ranks nor their number, and neither do the figures. Collective.
 *
 * @returns null in other ranks than 0.
 */
export async function evaluate(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  options: EvaluateOptions,
): Promise<Measurements | null> {
  const {
    reference,
    ensemble = null,
    members,
    seed,
    batch,
    latentPolicy,
    signal,
    communicator = oneProcess(),
    onProgress = () => {},
  } = options;
  const { grid, channels, vectors } = test.description;
  const layout: Layout = {
    grid,
    channels: channels.length,
    names: channels,
    std: options.std,
    ...(vectors !== undefined && { vectors }),
  };

  const { samples, rollouts, rolloutLength: length } = options.amounts;
  onProgress(0, "timing");
  const history = longestHistory(contestants);
  if (ensemble !== null) requireHistory(ensemble, history);
  const timed = Math.min(framesOf(test.description, 0) + 1 - history, batch);
  const present = Array.from({ length: timed }, (_, i) => ({
    trajectory: 0,
    frame: i + history - 1,
  }));
  const warmUp = await readStarts(test, present, history);
  // Runs of one contestant have networks of one size, so one is timed.
  const firstRuns = contestants.filter(({ run = 0 }) => run === 0);
  // One process at a time, so that no other one takes its cores.
  const times =
    communicator.rank === 0
      ? await measureTime(firstRuns, warmUp, present.length, options)
      : new Map<string, Cost>();
  const costs = new Map(await broadcastValue(communicator, [...times]));

  // The measured times tell how long the rest takes: every state costs its contestant's time.
  const price = (contestant: Contestant | null) =>
    (contestant && costs.get(contestant.name)?.msPerStep) ?? untimed;
  const rowsOf = ({ ensemble }: Contestant) => (ensemble ? members : 1);
  const conditions = ensemble?.conditions.length ?? 0;
  const total = contestants.reduce(
    (sum, contestant) =>
      sum + price(contestant) * rowsOf(contestant) * (samples + conditions + rollouts * length),
    0,
  );
  let done = 0;
  // The other ranks do theirs in the same time, as far as the prices are right.
  let share = 1;
  onProgress(0, "one step");
  const stepped = (doing: string) => (contestant: Contestant, rows: number) => {
    done += (price(contestant) * rows) / share;
    onProgress(Math.min(1, done / total), `${doing}: ${contestant.name}`);
  };

  const measure = {
    ...{ layout, members, batch, seed, signal, communicator, price },
    onShare: (own: number) => {
      share = own;
    },
  };
  const available = numPairs(test, { history });
  const pairs = permutation(keyFor(seed, "evaluated pairs", 0), available).slice(0, samples);
  const single =
    samples > 0
      ? await measureOneStep(contestants, test, pairs, {
          ...measure,
          reference,
          onStep: stepped("one step"),
        })
      : null;
  const compared = comparedLayout(layout);
  const againstReference =
    ensemble === null
      ? null
      : await measureEnsemble(contestants, test, ensemble, {
          ...measure,
          onStep: stepped("reference ensemble"),
        });
  const picturedSteps = stepsToPicture(length);
  const rolled =
    rollouts > 0
      ? await measureRollout(
          contestants,
          test,
          rolloutStarts(rollouts, length, { trajectories: test.trajectories, history }),
          {
            ...measure,
            length,
            latentPolicy,
            picturedSteps,
            onStep: stepped("rollout"),
          },
        )
      : null;

  if (communicator.rank > 0) return null;
  onProgress(1, "done");

  const plane = picturedPlane(test.description);
  const axis = spectrumAxis(layout);
  const divergenceScores = (
    oneStep: readonly Score[] | undefined,
    rollout: readonly (readonly Score[])[] | undefined,
  ): readonly DivergenceScores[] =>
    wholeVectors(compared).map((vector, index) => ({
      channels: vector.channels,
      oneStep: oneStep?.[index] ?? null,
      rollout: rollout?.map((scores) => scores[index] as Score) ?? null,
    }));
  const entries = [...byName(contestants, (contestant) => contestant)].map(([name, runs]) => {
    const [first] = runs as readonly [Contestant, ...Contestant[]];
    const oneStep = single?.byName.get(name) ?? null;
    const rollout = rolled?.byName.get(name) ?? null;
    const ensembles = againstReference?.byName.get(name) ?? null;
    const drawn = {
      name,
      oneStep: oneStep?.scores ?? null,
      rolloutMean: rollout?.mean ?? null,
      ensemble: ensembles?.scores ?? null,
      distillation: oneStep?.distillation ?? null,
    };
    const { nfePerStep } = first;
    const undistilled = first.undistilled || name === reference;
    const error =
      (oneStep?.scores ?? ensembles?.scores ?? rollout?.mean)?.["crps"]?.score.mean.value ?? null;
    return {
      name,
      runs,
      first,
      oneStep,
      rollout,
      ensembles,
      drawn,
      nfePerStep,
      undistilled,
      error,
    };
  });
  const teacher = entries.find(({ name }) => name === reference);
  const evaluated = entries.map((entry): ContestantEvaluation => {
    const { name, runs, first, oneStep, rollout, ensembles, drawn } = entry;
    const { group = name, kind, sampler = null, description, warning, nfePerStep } = first;
    const cost = costs.get(name);
    const scores = oneStep === null ? null : withoutDraws(oneStep.scores);
    const distillation = oneStep?.distillation?.score.mean ?? null;
    const isStudent = kind === "model" && !entry.undistilled;
    const rival = isStudent && nfePerStep !== null ? atEqualCost(entries, nfePerStep) : undefined;
    return {
      name,
      group,
      sampler,
      seeds: runs.length,
      kind,
      description,
      ...(warning !== undefined && { warning }),
      isAdded: first.isAdded === true,
      undistilled: first.undistilled && name !== reference,
      nfePerStep,
      msPerStep: cost?.msPerStep ?? null,
      batch: cost?.batch ?? null,
      oneStep: scores === null ? null : headline(scores),
      rollout:
        rollout === null
          ? null
          : {
              vrmse: rollout.scores.map((step) => headline(step).vrmse),
              crps: rollout.scores.map((step) => headline(step).crps),
            },
      scores: {
        oneStep: scores,
        rollout: rollout?.scores ?? null,
        rolloutMean: rollout === null ? null : withoutDraws(rollout.mean),
        distillationError: distillation,
        ensemble: ensembles === null ? null : withoutDraws(ensembles.scores),
        correlationTimes: rollout?.correlationTimes ?? null,
        divergence: divergenceScores(oneStep?.divergence, rollout?.divergence),
        rankHistogram: oneStep?.rankHistogram ?? null,
      },
      spectrum: scores === null ? null : bandRatios(scores, axis),
      shells: oneStep?.shells ?? null,
      distillationError: distillation?.value ?? null,
      distillationErrors: oneStep?.distillationOfRuns ?? null,
      ratioToTeacher:
        teacher === undefined || entry === teacher ? null : scoreRatios(drawn, teacher.drawn),
      ratioAtEqualCost: rival === undefined ? null : scoreRatios(drawn, rival.drawn),
      frames: rollout?.frames ?? null,
      ensembleFields: ensembles?.fields ?? null,
    };
  });
  return {
    contestants: evaluated,
    reference,
    teacherSpread: single?.teacherSpread ?? null,
    truthScores: {
      rollout: rolled?.truthScores ?? null,
      divergence: divergenceScores(single?.truthDivergence, rolled?.truthDivergence),
    },
    truthShells: single?.truthShells ?? null,
    spectrumAxis: axis,
    pictured:
      rolled === null || plane === null
        ? null
        : {
            ...plane,
            channels: picturedChannels(layout),
            steps: picturedSteps,
            truth: rolled.truth,
          },
    ensemble:
      ensemble === null || againstReference === null
        ? null
        : {
            conditions,
            members: ensemble.members,
            floor: againstReference.floor && {
              ...againstReference.floor,
              scores: withoutDraws(againstReference.floor.scores),
            },
            pictured: againstReference.pictured,
            channels: picturedChannels(layout),
            plane,
            fields: againstReference.fields,
          },
    setting: {
      samples,
      trajectories: rollouts,
      members,
      rolloutLength: length,
      latentPolicy,
      seed,
      ranks: communicator.size,
      scoredChannels: compared.names,
    },
  };
}
