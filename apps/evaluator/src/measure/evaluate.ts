import { numPairs, type TrajectoryStore } from "@eddyflow/datasets";
import { keyFor, permutation } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import type { Amounts } from "./amounts.ts";
import type { ContestantEvaluation, Evaluation, LatentPolicy } from "./evaluation.ts";
import type { Layout } from "./layout.ts";
import { measureOneStep } from "./measure-one-step.ts";
import { measureRollout } from "./measure-rollout.ts";
import { measureTime } from "./measure-time.ts";
import { picturedChannels } from "./picture-of.ts";
import { stepsToPicture } from "./pictured-fields.ts";
import { picturedPlane } from "./pictured-plane.ts";
import { spectrumAxis } from "./spectrum-sum.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";

export interface EvaluateOptions {
  readonly amounts: Amounts;
  readonly members: number;
  readonly latentPolicy: LatentPolicy;
  readonly reference: string | null;
  readonly seed: number;
  readonly batch: number;
  /** Standard deviation of each channel over the training data. */
  readonly std: readonly number[];
  readonly signal: AbortSignal;
  /** Called as the work goes on: which part is done, 0 … 1, and what comes next. */
  readonly onProgress?: (fraction: number, doing: string) => void;
  /** The time in milliseconds since any fixed moment. */
  readonly clock?: () => number;
}

/** What the measurements found. The caller adds the rest of an `Evaluation`. */
export type Measurements = Pick<
  Evaluation,
  "contestants" | "reference" | "teacherSpread" | "truthShells" | "spectrumAxis" | "pictured"
> & {
  readonly setting: Pick<
    Evaluation["setting"],
    "samples" | "trajectories" | "members" | "rolloutLength" | "latentPolicy" | "seed"
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

/**
 * Measures all contestants on held-out trajectories: first the time of a step, then one step, then rollouts.
 */
export async function evaluate(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  options: EvaluateOptions,
): Promise<Measurements> {
  const { reference, members, seed, batch, latentPolicy, signal, onProgress = () => {} } = options;
  const { grid, channels, frames } = test.description;
  const layout: Layout = {
    grid,
    channels: channels.length,
    names: channels,
    std: options.std,
  };

  const { samples, rollouts, rolloutLength: length } = options.amounts;
  onProgress(0, "timing");
  const history = longestHistory(contestants);
  const present = Array.from({ length: Math.min(frames + 1 - history, batch) }, (_, i) => ({
    trajectory: 0,
    frame: i + history - 1,
  }));
  const warmUp = await readStarts(test, present, history);
  const costs = await measureTime(contestants, warmUp, present.length, options);

  // The measured times tell how long the rest takes: every state costs its contestant's time.
  const price = ({ name }: Contestant) => costs.get(name)?.msPerStep ?? 0.05;
  const rowsOf = ({ ensemble }: Contestant) => (ensemble ? members : 1);
  const total = contestants.reduce(
    (sum, contestant) =>
      sum + price(contestant) * rowsOf(contestant) * (samples + rollouts * length),
    0,
  );
  let done = 0;
  onProgress(0, "one step");
  const stepped = (doing: string) => (contestant: Contestant, rows: number) => {
    done += price(contestant) * rows;
    onProgress(Math.min(1, done / total), `${doing}: ${contestant.name}`);
  };

  const measure = { layout, members, batch, seed, signal };
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

  onProgress(1, "done");

  const plane = picturedPlane(test.description);
  const evaluated = contestants.map((contestant): ContestantEvaluation => {
    const { name, kind, description, warning, undistilled, nfePerStep } = contestant;
    const cost = costs.get(name);
    const oneStep = single?.byName.get(name);
    const rollout = rolled?.byName.get(name);
    return {
      name,
      kind,
      description,
      ...(warning !== undefined && { warning }),
      undistilled,
      nfePerStep,
      msPerStep: cost?.msPerStep ?? null,
      batch: cost?.batch ?? null,
      oneStep: oneStep === undefined ? null : { vrmse: oneStep.vrmse, crps: oneStep.crps },
      rollout: rollout === undefined ? null : { vrmse: rollout.vrmse, crps: rollout.crps },
      spectrum: oneStep?.spectrum ?? null,
      shells: oneStep?.shells ?? null,
      distillationError: oneStep?.distillationError ?? null,
      frames: rollout?.frames ?? null,
    };
  });
  return {
    contestants: evaluated,
    reference,
    teacherSpread: single?.teacherSpread ?? null,
    truthShells: single?.truthShells ?? null,
    spectrumAxis: spectrumAxis(layout),
    pictured:
      rolled === null || plane === null
        ? null
        : {
            ...plane,
            channels: picturedChannels(layout),
            steps: picturedSteps,
            truth: rolled.truth,
          },
    setting: {
      samples,
      trajectories: rollouts,
      members,
      rolloutLength: length,
      latentPolicy,
      seed,
    },
  };
}
