import { ArgumentError } from "@eddyflow/core";
import type { Learner } from "@eddyflow/methods";

/**
 * Refuses what a method of one's own gives where it is no learner.
 *
 * @throws ArgumentError that names the first part that is missing.
 */
export function requireLearner(learner: Learner, method: string): void {
  const { networks, init, frozen, objective, sampler, judge } = Object(learner) as Partial<Learner>;
  const { trains, targets, loss } = Object(objective) as Partial<Learner["objective"]>;
  const parts: readonly (readonly [part: string, isThere: boolean])[] = [
    [
      "objective",
      trains === "student" && typeof targets === "function" && typeof loss === "function",
    ],
    ["networks.student", networks?.student !== undefined],
    ["init", typeof init === "function"],
    ["frozen", frozen !== undefined],
    ["sampler", sampler !== undefined],
    ["judge", judge?.kind === "loss" || judge?.kind === "teacher"],
  ];
  const missing = parts.find(([, isThere]) => !isThere)?.[0];
  if (missing === undefined) return;
  throw new ArgumentError({
    problem: `the learner of the method "${method}" has no ${missing}`,
    expected:
      'networks, init, frozen, sampler, judge, and an objective { trains: "student", targets, loss }',
    remedy: "return it from learner",
  });
}
