import { timestampChannel } from "@eddyflow/datasets";
import type { Evaluation } from "../measure/evaluation.ts";
import { drawnBudgetsNote, hasBudgets } from "./drawn-budgets.ts";
import { tableColumns } from "./table-columns.ts";
import { inSeries, plural, referenceInWords } from "./wording.ts";

const policies = {
  new: "fresh noise at each step",
  fixed: "the same noise at each step",
  deterministic: "no noise",
} as const;

/** What one must know to read the figures rightly: a list of one or two sentences each. */
export function notes(evaluation: Evaluation): readonly string[] {
  const { setting, contestants, reference, ensemble } = evaluation;
  const { members, samples, trajectories, rolloutLength, latentPolicy } = setting;
  const titles = new Set(tableColumns(evaluation).map((column) => column.title));
  const fields = setting.channels.filter((name) => name !== timestampChannel).length;
  const list = [
    `Measured on held-out test trajectories: ${[
      ...(samples > 0 ? [`${plural(samples, "pair")} for one step`] : []),
      ...(ensemble === null
        ? []
        : [`${plural(ensemble.conditions, "condition")} of the reference ensemble`]),
      ...(rolloutLength > 0
        ? [
            `${plural(trajectories, "rollout")} of ${plural(rolloutLength, "step")} (${policies[latentPolicy]})`,
          ]
        : []),
      `ensembles of ${plural(members, "member")}`,
      `seed ${setting.seed}`,
    ].join(", ")}.`,
    ...(titles.has("VRMSE")
      ? [
          "VRMSE is the root mean square error of a single member, divided by the standard deviation of the true frame. 0 is perfect; two unrelated states score √2. A blurred forecast scores better than a sharp one, so VRMSE alone cannot judge a sampler.",
        ]
      : []),
    `CRPS is the fair estimator, in standard deviations of the training data (${setting.channels
      .map((channel, index) => `${channel}: ${setting.std[index]?.toPrecision(4)}`)
      .join(", ")}). For a single forecast it is the mean absolute error.`,
  ];
  if (titles.has("low")) {
    list.push(
      `The energy columns are the energy after one step divided by the truth’s, in three bands: up to a quarter of the largest |k| that the grid resolves in every direction (low), up to half of it (mid) and above (high). 1.00 is right; less is blurred; – stands where the truth has no energy.${
        setting.boundary.includes("wall")
          ? " Wavenumbers are those along the periodic axes. Energies are averaged over the points between the walls."
          : ""
      }`,
    );
  }
  if (ensemble !== null) {
    list.push(
      `The reference ensemble is ${plural(ensemble.members, "next state")} that the solver drew from its own full state at each condition. Contestants start from what is observed of it: where that is less, the law of what they have to forecast is broader. Errors of mean and deviation are relative L2 errors, which fall as members are added; energy distance and CRPS are unbiased, and the CRPS of the reference’s own law is not 0.${
        ensemble.floor === null
          ? ""
          : ` The floor is what ${plural(ensemble.floor.members, "member")} of the reference score against its other ${ensemble.floor.against}, two ensembles of one law. It is somewhat high where few are left to compare with.`
      } A single forecast counts as one that claims to be certain.`,
    );
  }
  if (setting.channels.includes(timestampChannel)) {
    list.push(
      "One channel of the states is the time. A rollout takes it from the clock, so it is not scored.",
    );
  }
  if (latentPolicy === "deterministic") {
    list.push("Models start from zero noise, so each makes a single forecast.");
  }
  if (titles.has("distill.") && reference !== null) {
    const teacher = referenceInWords(evaluation);
    list.push(
      `The distillation error is the VRMSE between a model’s end point after one step and that of ${teacher}, from the same noise and condition.${
        evaluation.teacherSpread === null
          ? ""
          : ` For scale: two independent samples of ${teacher} differ by ${evaluation.teacherSpread.toFixed(3)}.`
      }`,
    );
  }
  if (contestants.some(({ name }) => name === "climatology")) {
    list.push(
      "Climatology draws random frames of the training data. Its score is that of a forecast without any skill.",
    );
  }
  list.push(
    `Time is the median wall time of one step of a whole batch, divided by the batch. The contestants took turns on ${setting.device}${
      setting.ranks === 1 ? "" : `, in one of ${setting.ranks} processes while the others waited`
    }.`,
  );
  if (contestants.some(({ kind }) => kind === "solver")) {
    list.push(
      `The solver is the one that made the data (${setting.simulation}). It advances one trajectory at a time, in JavaScript on one core.`,
    );
  }
  const added = contestants.flatMap(({ name, isAdded }) => (isAdded ? [name] : []));
  if (added.length > 0) {
    list.push(
      `${inSeries(added)} ${added.length === 1 ? "was" : "were"} added: the teacher’s own weights with as many network evaluations as its students. What fewer steps give by themselves is no merit of distillation. --as-listed leaves ${added.length === 1 ? "it" : "them"} out.`,
    );
  }
  if (contestants.some(({ ratioToTeacher }) => ratioToTeacher !== null)) {
    list.push(
      "The interval of a ratio to the teacher is that of a paired comparison: the same trajectories are drawn for both. It may be far narrower than the intervals of the two scores.",
    );
  }
  if (contestants.some(({ seeds }) => seeds > 1)) {
    list.push(
      "Figures of several seeds are their mean; intervals are over trajectories and seeds. From few seeds they are too narrow: of three they never leave the range between the best and the worst. The first seed is timed and pictured.",
    );
  }
  if (hasBudgets(evaluation)) list.push(drawnBudgetsNote);
  if (fields > 1) list.push(`Errors are averaged over the ${fields} channels.`);
  return list;
}

/** The warning of a quick run. */
export const quickWarning = "Quick run: it shows that every part works. Its figures prove nothing.";
