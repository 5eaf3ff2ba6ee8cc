import { ArgumentError } from "@eddyflow/core";
import { numPairs, shortestFrames, type TrajectoryStore } from "@eddyflow/datasets";

/** How much to measure, as asked for. Null means the usual amount, or less where the data have less. */
export interface AskedAmounts {
  readonly oneStep: boolean;
  readonly rollout: boolean;
  readonly samples: number | null;
  readonly rollouts: number | null;
  readonly rolloutLength: number | null;
}

/** How much is measured; zero for what was not asked for. */
export interface Amounts {
  /** Pairs of the one-step comparison. */
  readonly samples: number;
  readonly rollouts: number;
  /** Steps of each rollout. */
  readonly rolloutLength: number;
}

const usual = { samples: 64, rollouts: 8, rolloutLength: 20 } as const;

function atMost(flag: string, asked: number | null, most: number, otherwise: number): number {
  if (asked === null) return Math.min(otherwise, most);
  if (asked <= most) return asked;
  throw new ArgumentError({
    problem: `${flag} ${asked} is more than the test data have`,
    expected: `at most ${most}`,
    remedy: `write ${flag} ${most}, or make more test data with the simulator`,
  });
}

/**
 * Decides how many pairs and rollouts are measured.
 *
 * @param history - the number of states that have to be known to begin.
 * @throws ArgumentError where the test data have less than is asked for.
 */
export function chooseAmounts(
  test: TrajectoryStore,
  asked: AskedAmounts,
  history: number,
): Amounts {
  const shortest = shortestFrames(test.description);
  const most = shortest - history;
  if (most < 1) {
    throw new ArgumentError({
      problem: `trajectories of ${shortest} frames leave nothing to forecast after ${history} known states`,
      expected: `at least ${history + 1} frames`,
      remedy: "make longer test data, or leave that model out of --models",
    });
  }
  const samples = asked.oneStep
    ? atMost("--samples", asked.samples, numPairs(test, { history }), usual.samples)
    : 0;
  if (!asked.rollout) return { samples, rollouts: 0, rolloutLength: 0 };
  const rolloutLength = atMost("--rollout-len", asked.rolloutLength, most, usual.rolloutLength);
  const room = test.trajectories * Math.floor(most / rolloutLength);
  const rollouts = atMost("--rollouts", asked.rollouts, room, usual.rollouts);
  return { samples, rollouts, rolloutLength };
}
