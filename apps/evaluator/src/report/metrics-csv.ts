import type { Evaluation } from "../measure/evaluation.ts";

type Cell = string | number | null;

/** RFC 4180: fields with a comma, a quote or a line break are quoted. */
function csv(rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => {
    const text = cell === null ? "" : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(",")}\n`).join("");
}

/**
 * Every figure in long form: `model, mode, metric, step, time, value`, where `step` counts frames after
 * the initial state and `time` is physical; both are empty for a cost.
 */
export function metricsCsv(evaluation: Evaluation): string {
  const rows: Cell[][] = [["model", "mode", "metric", "step", "time", "value"]];
  const { frameInterval } = evaluation.setting;
  const add = (model: string, mode: string, metric: string, step: number | null, value: Cell) => {
    if (value === null) return;
    const time = step === null ? null : Number((step * frameInterval).toPrecision(12));
    rows.push([model, mode, metric, step, time, value]);
  };
  for (const model of evaluation.models) {
    add(model.name, "cost", "nfe_per_step", null, model.nfePerStep);
    add(model.name, "cost", "ms_per_step", null, model.msPerStep);
    add(model.name, "cost", "batch", null, model.batch);
    add(model.name, "one-step", "vrmse", 1, model.oneStep?.vrmse ?? null);
    add(model.name, "one-step", "crps", 1, model.oneStep?.crps ?? null);
    add(model.name, "one-step", "energy_ratio_low", 1, model.spectrum?.low ?? null);
    add(model.name, "one-step", "energy_ratio_mid", 1, model.spectrum?.mid ?? null);
    add(model.name, "one-step", "energy_ratio_high", 1, model.spectrum?.high ?? null);
    add(model.name, "one-step", "distillation_error", 1, model.distillationError);
    if (model.name === evaluation.reference)
      add(model.name, "one-step", "teacher_spread", 1, evaluation.teacherSpread);
    for (const metric of ["vrmse", "crps"] as const)
      model.rollout?.[metric].forEach((value, index) => {
        add(model.name, "rollout", metric, index + 1, value);
      });
  }
  return csv(rows);
}

/** The shell spectra behind the picture: `model, wavenumber, energy, ratio`; the truth is a model here. */
export function spectraCsv(evaluation: Evaluation): string {
  const truth = evaluation.truthShells ?? [];
  const rows: Cell[][] = [["model", "wavenumber", "energy", "ratio"]];
  const add = (name: string, shells: readonly number[]) => {
    shells.forEach((energy, wavenumber) => {
      const reference = truth[wavenumber] ?? 0;
      rows.push([name, wavenumber, energy, reference > 0 ? energy / reference : null]);
    });
  };
  add("truth", truth);
  for (const model of evaluation.models) if (model.shells !== null) add(model.name, model.shells);
  return csv(rows);
}
