import { access, constants, rmdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { DataError } from "@eddyflow/core";
import { measureNormalisation, stateHash } from "@eddyflow/datasets";
import { broadcastValue, type Communicator, oneProcess } from "@eddyflow/parallel";
import { nodeShare } from "@eddyflow/parallel/node";
import {
  callOf,
  configureExperiment,
  dataPlace,
  makeFolder,
  type ProgressBar,
  progressBar,
  requireSameInRanks,
  say,
  splitFacts,
  userPath,
} from "command-line";
import type { Contestant } from "./contestants/contestant.ts";
import { loadContestants, normalisationOf } from "./contestants/load-contestants.ts";
import type { Model } from "./contestants/model.ts";
import { referenceOf } from "./contestants/reference-of.ts";
import { chooseAmounts } from "./measure/amounts.ts";
import { evaluate } from "./measure/evaluate.ts";
import type { Evaluation } from "./measure/evaluation.ts";
import type { ReferenceEnsemble } from "./measure/reference-ensemble.ts";
import { longestHistory } from "./measure/starts.ts";
import { type EvaluationData, openData } from "./open-data.ts";
import { openEnsemble } from "./open-ensemble.ts";
import { findings } from "./report/findings.ts";
import { notes, quickWarning } from "./report/notes.ts";
import { referenceTable } from "./report/reference-table.ts";
import { ratioColumns, scoreColumns } from "./report/score-columns.ts";
import { scoreTable } from "./report/score-table.ts";
import { terminalTable } from "./report/terminal-table.ts";
import { plural } from "./report/wording.ts";
import { writeReport } from "./report/write-report.ts";
import type { EvaluationRequest } from "./request.ts";

/**
 * Runs `evaluator <experiment> …`: loads, measures, writes the report and prints its table and sentences.
 *
 * @param communicator - the ranks that measure, of which rank 0 alone writes; this process alone if not given.
 */
export async function runEvaluation(
  request: EvaluationRequest,
  signal: AbortSignal,
  communicator: Communicator = oneProcess(),
): Promise<void> {
  const { overrides, quick, size, latentPolicy } = request;
  const { config, own } = await configureExperiment(request.experiment, { size, overrides });
  const place = dataPlace(config, request.data);
  const data = await openData(place, config.data, request.experiment, own.systems);
  // What the data cannot give at all is refused before anything is loaded.
  chooseAmounts(data.test, request, 1);
  const ensemble =
    request.ensemble === false
      ? null
      : await openEnsemble(place, {
          test: data.test,
          frameStride: config.data.frameStride ?? 1,
          experiment: request.experiment,
          isAsked: request.ensemble === true,
        });
  const share = communicator.size === 1 ? null : await nodeShare(communicator);
  const backend = await useBackend(
    request.backend,
    share === null ? {} : { threads: share.cores, nodeRank: share.rank },
  );
  const { name: engine, threads } = backend;
  const device = `${backend.version} on ${backend.device}, ${plural(threads, "thread")} (backend ${engine})`;
  for (const { name, reason, remedy, lacksHardware } of backend.refused) {
    if (!lacksHardware) say(`not using ${name}: ${reason}; ${remedy}`);
  }
  const contestants = await loadContestants(request.contestants, {
    ...data,
    ...request,
    frameStride: config.data.frameStride,
    noise: latentPolicy !== "deterministic",
    own,
  });
  const isWriter = communicator.rank === 0;
  const amounts = chooseAmounts(data.test, request, longestHistory(contestants));
  const date = new Date();
  const time = date.toISOString().replace(/\..*$/u, "").replaceAll(":", "-");
  const out = userPath(request.out ?? join("runs", config.name, "evaluation", time));
  try {
    if (communicator.size > 1) {
      await requireSameInRanks(communicator, {
        configuration: { config, request },
        data: await dataFacts(data, ensemble),
        ...weightsByName(contestants),
        backend: `${engine}, ${backend.version}`,
      });
    }
    if (isWriter) {
      // Found out now, not after minutes of work.
      await makeFolder(out);
      await access(out, constants.W_OK);
    }
    const names = [...new Set(contestants.map(({ name }) => name))];
    const ranks =
      share === null ? "" : `, in each of ${communicator.size} ranks by ${communicator.about}`;
    say(`comparing ${names.join(", ")} on held-out ${config.name}; ${device}${ranks}`);
    for (const { name, warning, run } of contestants) {
      if (warning !== undefined && run === 0) say(`${name} is ${warning}`);
    }
    const std = await broadcastValue(
      communicator,
      isWriter ? await trainingStd(contestants, data) : [],
    );
    const measured = await evaluate(contestants, data.test, {
      ...request,
      reference: referenceOf(contestants, request.reference),
      amounts,
      ensemble,
      std,
      signal,
      communicator,
      ...progressOnTerminal(),
    });
    if (measured === null) return;
    const { grid, channels, frameInterval, experiment } = data.test.description;
    const evaluation: Evaluation = {
      ...measured,
      title: request.title ?? titleOf(experiment, contestants),
      experiment,
      quick,
      date: date.toISOString(),
      setting: {
        ...measured.setting,
        channels,
        std,
        gridShape: grid.shape,
        extent: grid.extent,
        boundary: grid.boundary,
        frameInterval,
        device,
        simulation: simulationInWords(data),
      },
    };
    await writeReport(out, evaluation);
    print(evaluation, relative(userPath("."), out) || ".");
  } catch (error) {
    // This removes the folder only if it is empty.
    if (isWriter) await rmdir(out).catch(() => undefined);
    if (signal.aborted) {
      say(
        "\nstopped before anything was written; the same command starts again from the beginning",
      );
    }
    throw error;
  } finally {
    for (const contestant of contestants) contestant.dispose();
  }
}

/** What ranks compare of their data. */
const dataFacts = async ({ test, train }: EvaluationData, ensemble: ReferenceEnsemble | null) => ({
  splits: await Promise.all(
    [test, train].map(
      (store) => store && splitFacts(store, Object.keys(store.description.parameters ?? {})),
    ),
  ),
  ensemble: ensemble && {
    ...ensemble,
    first: (await ensemble.readMembers(0)).map(stateHash),
  },
});

/** The weights of each model and run, by words for it. */
const weightsByName = (contestants: readonly (Contestant | Model)[]) =>
  Object.fromEntries(
    contestants.flatMap((contestant) =>
      "weights" in contestant
        ? [
            [
              `checkpoint of ${contestant.name}${contestant.run ? ` (run ${contestant.run})` : ""}`,
              contestant.weights.slice(0, 12),
            ],
          ]
        : [],
    ),
  );

/** Shows on the terminal how far the evaluation is. */
function progressOnTerminal(): { readonly onProgress: (part: number, doing: string) => void } {
  let bar: ProgressBar | null = null;
  return {
    onProgress: (part, doing) => {
      if (doing === "timing") {
        say("timing one step of each contestant …");
        return;
      }
      // Started here, so that the time left is not estimated from the timing before it.
      bar ??= progressBar("evaluating", 100);
      bar.update(Math.floor(100 * part), doing);
      if (doing === "done") bar.finish();
    },
  };
}

/** The unit of the CRPS: from the training data, or from a model's checkpoint where there are none. */
async function trainingStd(
  contestants: readonly Contestant[],
  { train }: EvaluationData,
): Promise<readonly number[]> {
  if (train !== null) return (train.normalisation ?? (await measureNormalisation(train))).std;
  const normalisation = normalisationOf(contestants);
  if (normalisation !== null) return normalisation.std;
  throw new DataError({
    problem: "the unit of the CRPS is not known without training data or a trained model",
    expected: "train.zarr beside test.zarr",
    remedy: `make the training data with ${callOf("simulator")} <experiment> --split train, or add a model to --models`,
  });
}

function titleOf(experiment: string, contestants: readonly Contestant[]): string {
  const hasSolver = contestants.some(({ kind }) => kind === "solver");
  return `${experiment}: ${hasSolver ? "models beside the solver" : "models compared"}`;
}

function simulationInWords({ test }: EvaluationData): string {
  const { recipe, grid } = test.description;
  const { numPoints, dt } = Object(recipe) as { numPoints?: unknown; dt?: unknown };
  if (typeof numPoints !== "number") return "settings not recorded";
  const points = `${grid.shape.map(() => numPoints).join(" × ")} points`;
  return typeof dt === "number" ? `${points}, time step ${dt}` : points;
}

function print(evaluation: Evaluation, folder: string): void {
  const list = (lines: readonly string[]) => lines.map((line) => `  • ${line}`).join("\n");
  say(`\n${terminalTable(evaluation)}\n`);
  for (const columns of [scoreColumns, ratioColumns]) {
    const others = scoreTable(evaluation, columns);
    if (others !== null) say(`${others}\n`);
  }
  const againstReference = referenceTable(evaluation);
  if (againstReference !== null) say(`${againstReference}\n`);
  if (evaluation.quick) say(`${quickWarning}\n`);
  const sentences = findings(evaluation);
  if (sentences.length > 0) say(`${list(sentences)}\n`);
  say(`* best in its column\n${list(notes(evaluation))}\n`);
  say(`report: ${join(folder, "report.html")}`);
}
