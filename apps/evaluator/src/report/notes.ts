import { timestampChannel } from "@eddyflow/datasets";
import type { Evaluation } from "../measure/evaluation.ts";
import { tableColumns } from "./table-columns.ts";

/** What must be known to read the figures rightly, one sentence or two each. */
export function notes(evaluation: Evaluation): readonly string[] {
  const { setting, models, reference } = evaluation;
  const { members, samples, trajectories, rolloutLength, latentPolicy } = setting;
  const has = (kind: string) => models.some((model) => model.kind === kind);
  const titles = new Set(tableColumns(evaluation).map((column) => column.title));
  const teacher = reference === "teacher" ? "the teacher" : reference;
  const policies = {
    new: "fresh noise at each step",
    fixed: "the same noise at each step",
    deterministic: "no noise",
  };
  const list = [
    `Held-out test trajectories: ${plural(samples, "pair")} for one step${
      rolloutLength > 0
        ? `, ${plural(trajectories, "trajectory", "trajectories")} of ${plural(rolloutLength, "step")} for rollouts (${policies[latentPolicy]})`
        : ""
    }; ensembles of ${plural(members, "member")}; seed ${setting.seed}.`,
    "VRMSE is the root mean square error of a single member over the standard deviation of the true frame: 0 is perfect, √2 two unrelated states. A blurred forecast has a lower VRMSE than a sharp one, so it cannot judge a sampler.",
    `CRPS is the fair estimator, in standard deviations of the training data (${setting.channels
      .map((channel, index) => `${channel}: ${setting.std[index]?.toPrecision(4)}`)
      .join(", ")}). For a single forecast it is the mean absolute error.`,
  ];
  if (titles.has("low")) {
    list.push(
      `Energy columns are one-step energies over the truth’s, in |k| < N/8, < N/4 and above: 1.00 is right, less is blurred.${
        setting.boundary.includes("wall")
          ? " Wavenumbers are those along the periodic axes; energies are means over the points between the walls."
          : ""
      }`,
    );
  }
  if (setting.channels.includes(timestampChannel))
    list.push(
      "The time is a channel of the states that a rollout takes from the clock; it is not scored.",
    );
  if (latentPolicy === "deterministic") {
    list.push("Networks start from zero noise: their forecasts are single ones.");
  }
  if (titles.has("distill."))
    list.push(
      `The distillation error is the VRMSE between a model’s one-step end point and that of ${teacher} from the same noise and condition${
        evaluation.teacherSpread === null
          ? ""
          : `; two independent samples of ${teacher} are ${evaluation.teacherSpread.toFixed(3)} apart`
      }.`,
    );
  if (has("climatology"))
    list.push("Climatology draws random frames of the training data: the score without any skill.");
  list.push(
    `Time is the median wall time of one step of a whole batch, divided by the batch; models took turns on ${setting.device}.${
      has("solver")
        ? ` The solver’s cost stands beside them: it makes the data (${setting.simulation}), one trajectory at a time, in JavaScript on one core.`
        : ""
    }`,
  );
  const fields = setting.channels.filter((name) => name !== timestampChannel).length;
  if (fields > 1) list.push(`Errors are means over the ${fields} channels.`);
  return list;
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** The warning of a quick run. */
export const quickWarning = "Quick run: it shows that every part works. Its figures prove nothing.";
