import type { TrajectoryStore } from "@eddyflow/datasets";
import { foldIn, keyFor } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import type { LatentPolicy } from "./evaluation.ts";
import { forecastInBatches } from "./forecast-in-batches.ts";
import { comparedLayout, inUnits, stateOf } from "./layout.ts";
import { conditionsAtOnce, type MeasureOptions } from "./measure-one-step.ts";
import { collectFields, type PicturedFields, type PicturedSteps } from "./pictured-fields.ts";
import { mean, scoreState } from "./score-state.ts";
import { longestHistory, readStarts, type Start } from "./starts.ts";

/** The rollouts of one contestant. */
export interface RolloutResult {
  /** Per step, mean over the rollouts. */
  readonly vrmse: readonly number[];
  readonly crps: readonly number[];
  /** Of the first rollout. */
  readonly frames: PicturedFields;
}

export interface MeasureRolloutOptions extends MeasureOptions {
  readonly length: number;
  readonly latentPolicy: LatentPolicy;
  readonly picturedSteps: PicturedSteps;
}

/**
 * Rolls out every contestant from held-out states and compares each step with the truth.
 *
 * @returns the results by name, and the true fields of the first rollout.
 */
export async function measureRollout(
  contestants: readonly Contestant[],
  test: TrajectoryStore,
  starts: readonly Start[],
  options: MeasureRolloutOptions,
): Promise<{
  readonly byName: ReadonlyMap<string, RolloutResult>;
  readonly truth: PicturedFields;
}> {
  const { layout, members, batch, seed, signal, onStep } = options;
  const { length, latentPolicy, picturedSteps } = options;
  const history = longestHistory(contestants);
  const compared = comparedLayout(layout);
  const tallies = contestants.map((contestant) => ({
    contestant,
    vrmse: Array.from({ length }, (): number[] => []),
    crps: Array.from({ length }, (): number[] => []),
    frames: collectFields(layout, picturedSteps),
  }));
  const truthFrames = collectFields(layout, picturedSteps);

  const atOnce = conditionsAtOnce(batch, members);
  for (let first = 0; first < starts.length; first += atOnce) {
    const group = starts.slice(first, first + atOnce);
    const truths: Float32Array[] = [];
    const known = await readStarts(test, group, history);
    for (const [index, { trajectory, frame }] of group.entries()) {
      const frames = await test.readFrames(trajectory, frame, length + 1);
      truths.push(inUnits(frames, layout));
      if (first === 0 && index === 0) {
        for (let step = 0; step <= length; step++) {
          truthFrames.add(step, [stateOf(frames, step, layout)]);
        }
      }
    }
    for (const { contestant, vrmse, crps, frames } of tallies) {
      const own = contestant.ensemble ? members : 1;
      const forecast = forecastInBatches(contestant, known, {
        count: group.length,
        members: own,
        batch,
        layout,
      });
      const initial = stateOf(known.states, 0, layout);
      if (first === 0) frames.add(0, Array(own).fill(initial));
      try {
        const key = keyFor(seed, "rollout", first);
        for (let step = 1; step <= length; step++) {
          signal.throwIfAborted();
          const states = await forecast.step(foldIn(key, latentPolicy === "new" ? step : 1));
          const forecasts = inUnits(states, layout);
          truths.forEach((truth, index) => {
            const score = scoreState(
              Array.from({ length: own }, (_, member) =>
                stateOf(forecasts, index * own + member, compared),
              ),
              stateOf(truth, step, compared),
              compared.channels,
            );
            vrmse[step - 1]?.push(score.vrmse);
            crps[step - 1]?.push(score.crps);
          });
          if (first === 0) {
            const members = Array.from({ length: own }, (_, row) => stateOf(states, row, layout));
            frames.add(step, members);
          }
          onStep(contestant, group.length * own);
        }
      } finally {
        forecast.dispose();
      }
    }
  }
  return {
    byName: new Map(
      tallies.map(({ contestant, vrmse, crps, frames }) => [
        contestant.name,
        { vrmse: vrmse.map(mean), crps: crps.map(mean), frames: frames.fields() },
      ]),
    ),
    truth: truthFrames.fields(),
  };
}
