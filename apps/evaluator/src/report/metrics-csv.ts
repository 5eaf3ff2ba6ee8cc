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
 * Every figure on a line of its own: `contestant, mode, metric, step, time, value`. `step` counts frames after the
 * initial state and `time` is physical; both are empty for a cost.
 */
export function metricsCsv(evaluation: Evaluation): string {
  const rows: Cell[][] = [["contestant", "mode", "metric", "step", "time", "value"]];
  const { frameInterval } = evaluation.setting;
  const add = (
    contestant: string,
    mode: string,
    metric: string,
    step: number | null,
    value: Cell,
  ) => {
    if (value === null) return;
    const time = step === null ? null : Number((step * frameInterval).toPrecision(12));
    rows.push([contestant, mode, metric, step, time, value]);
  };
  for (const contestant of evaluation.contestants) {
    const { name, oneStep, spectrum, rollout } = contestant;
    add(name, "cost", "nfe_per_step", null, contestant.nfePerStep);
    add(name, "cost", "ms_per_step", null, contestant.msPerStep);
    add(name, "cost", "batch", null, contestant.batch);
    add(name, "one-step", "vrmse", 1, oneStep?.vrmse ?? null);
    add(name, "one-step", "crps", 1, oneStep?.crps ?? null);
    add(name, "one-step", "energy_ratio_low", 1, spectrum?.low ?? null);
    add(name, "one-step", "energy_ratio_mid", 1, spectrum?.mid ?? null);
    add(name, "one-step", "energy_ratio_high", 1, spectrum?.high ?? null);
    add(name, "one-step", "distillation_error", 1, contestant.distillationError);
    if (name === evaluation.reference) {
      add(name, "one-step", "teacher_spread", 1, evaluation.teacherSpread);
    }
    for (const metric of ["vrmse", "crps"] as const) {
      rollout?.[metric].forEach((value, index) => {
        add(name, "rollout", metric, index + 1, value);
      });
    }
  }
  return csv(rows);
}

/**
 * The spectra behind the pictures: `contestant, shell, wavenumber, energy, ratio`, the wavenumber of the middle of the
 * shell in radians per length. The ratio to the truth's energy is empty where that is 0. The truth stands there as a
 * contestant.
 */
export function spectraCsv(evaluation: Evaluation): string {
  const truth = evaluation.truthShells ?? [];
  const rows: Cell[][] = [["contestant", "shell", "wavenumber", "energy", "ratio"]];
  const add = (name: string, shells: readonly number[]) => {
    shells.forEach((energy, shell) => {
      const reference = truth[shell] ?? 0;
      const wavenumber = shell * (evaluation.spectrumAxis?.spacing ?? Number.NaN);
      rows.push([name, shell, wavenumber, energy, reference > 0 ? energy / reference : null]);
    });
  };
  add("truth", truth);
  for (const contestant of evaluation.contestants)
    if (contestant.shells !== null) add(contestant.name, contestant.shells);
  return csv(rows);
}
