import { sideBySide } from "../side-by-side.ts";
import { killTrainings, type TrainingKills } from "./kill-trainings.ts";
import { mustEnd } from "./must-end.ts";
import type { TrainingCheck } from "./training-check.ts";
import {
  methodsInOrder,
  type Place,
  startTraining,
  type Training,
  teacherOf,
} from "./trainings.ts";

export interface KillsChecksOptions {
  readonly place: Place;
  readonly methods: readonly string[];
  /** Kills of each method. */
  readonly kills: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onKill: () => void;
}

/** Kills trainings of the methods, several methods at a time. */
export function killsChecks({
  place,
  methods,
  ...options
}: KillsChecksOptions): AsyncGenerator<TrainingCheck, void, void> {
  const wholes = new Map<string, Promise<number>>();
  const training = (method: string): Training => ({
    ...{ method, name: "whole", steps: 12, checkpointEvery: 3, validateEvery: 4 },
  });
  /** The milliseconds that the uninterrupted run took, which is made once, after its teacher's. */
  const whole = (method: string): Promise<number> => {
    const made = wholes.get(method) ?? makeWhole(method);
    wholes.set(method, made);
    return made;
  };
  const makeWhole = async (method: string) => {
    const teacher = teacherOf(method);
    if (teacher !== null) await whole(teacher);
    const begun = performance.now();
    await mustEnd(`an uninterrupted ${method}`, startTraining(place, training(method), "--new"));
    return performance.now() - begun;
  };
  const tasks = methodsInOrder
    .filter(({ name }) => methods.includes(name))
    .map(({ name }) => async (signal: AbortSignal) => {
      const wholeMilliseconds = await whole(name);
      return check(
        await killTrainings({
          ...options,
          ...{ place, training: training(name), wholeMilliseconds, signal },
        }),
      );
    });
  return sideBySide(tasks, options.signal);
}

function check({ method, killed, finished, wrong }: TrainingKills): TrainingCheck {
  const counts = Object.entries(killed).map(([phase, count]) => `${count} at ${phase}`);
  return {
    name: `${method} killed`,
    ok: wrong.length === 0,
    figures: `${counts.join(", ")}; ${finished} runs finished`,
    wrong,
  };
}
