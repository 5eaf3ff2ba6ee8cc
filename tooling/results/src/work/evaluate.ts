import { join } from "node:path";
import { contentKey } from "./content-key.ts";
import type { Place } from "./place.ts";
import { settingWords } from "./setting.ts";
import type { Simulation } from "./simulate.ts";
import type { Training } from "./train.ts";
import type { Work } from "./work.ts";

/** One or several runs of a model that differ in their seed alone, at each of some budgets. */
export interface TrainedContestant {
  readonly name: string;
  readonly runs: readonly Training[];
  /** Empty for a model that is run in one way only. */
  readonly samplers: readonly string[];
}

export interface EvaluationOptions {
  readonly name: string;
  readonly title: string;
  readonly data: Simulation;
  readonly contestants: readonly TrainedContestant[];
  /** Contestants that are not trained: persistence, climatology, solver, solver:2. */
  readonly others?: readonly string[];
  readonly members: number;
  readonly samples: number;
  readonly rollouts: number;
  readonly rolloutLength: number;
  /** States that are stepped at once, also when a step is timed; 32 if not given. */
  readonly batch?: number;
  /** What contestants' ensembles are compared with; none without it. */
  readonly ensemble?: Work | null;
  /** Whether the report says that its figures prove nothing. */
  readonly isQuick?: boolean;
  readonly seconds: number;
}

/** The comparison of contestants on held-out trajectories. */
export function evaluation(
  { out }: Place,
  {
    name,
    title,
    data,
    contestants,
    others = [],
    members,
    samples,
    rollouts,
    rolloutLength,
    batch,
    ensemble = null,
    isQuick = false,
    seconds,
  }: EvaluationOptions,
): Work {
  const models = [
    ...others,
    ...contestants.map(
      ({ name: contestant, runs, samplers }) =>
        `${contestant}=${runs.map(({ run }) => run).join("|")}${
          samplers.length === 0 ? "" : `@${samplers.join(";")}`
        }`,
    ),
  ];
  const numbers = { members, samples, rollouts, rolloutLength, batch };
  const key = contentKey({
    ...{ ensemble: ensemble?.key ?? null },
    ...{ data: data.key, others, ...numbers },
    contestants: contestants.map(({ runs, samplers, name: contestant }) => ({
      ...{ contestant, samplers },
      runs: runs.map((run) => run.key),
    })),
  });
  const folder = join(out, "evaluations", `${name}-${key}`);
  return {
    title: `compare: ${title}`,
    ...{ app: "evaluator", key, folder, seconds },
    needs: [
      data,
      ...(ensemble === null ? [] : [ensemble]),
      ...contestants.flatMap(({ runs }) => runs),
    ],
    begun: folder,
    args: () => [
      ...settingWords(data.setting),
      ...["--models", models.join(",")],
      ...["--mode", `one-step,rollout${ensemble === null ? "" : ",ensemble"}`],
      ...["--members", String(members), "--samples", String(samples)],
      ...["--rollouts", String(rollouts), "--rollout-len", String(rolloutLength)],
      // A study names the teacher at the cost of its students itself.
      "--as-listed",
      ...(isQuick ? ["--quick"] : []),
      ...(batch === undefined ? [] : ["--batch", String(batch)]),
      ...["--data", data.folder, "--out", folder, "--title", title],
    ],
  };
}
