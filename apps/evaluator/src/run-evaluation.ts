import { access, constants, rmdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import { measureNormalisation } from "@eddyflow/datasets";
import {
  configureExperiment,
  dataPlace,
  makeFolder,
  type ProgressBar,
  progressBar,
  userPath,
} from "command-line";
import { climatology } from "./contestants/climatology.ts";
import type { Contestant } from "./contestants/contestant.ts";
import type { ModelSpec } from "./contestants/contestant-specs.ts";
import { loadNetwork, type Network } from "./contestants/model.ts";
import { persistence } from "./contestants/persistence.ts";
import { chooseAmounts, evaluate } from "./measure/evaluate.ts";
import type { Evaluation } from "./measure/evaluation.ts";
import { type EvaluationData, openData } from "./open-data.ts";
import { findings } from "./report/findings.ts";
import { notes, quickWarning } from "./report/notes.ts";
import { terminalTable } from "./report/terminal-table.ts";
import { writeReport } from "./report/write-report.ts";
import type { EvaluationRequest } from "./request.ts";
import { solver } from "./solver.ts";
import { solverRecipe } from "./solver-recipe.ts";

/** Does what `evaluator <experiment> …` asks for: loads, measures, prints the table, writes the report. */
export async function runEvaluation(
  request: EvaluationRequest,
  signal: AbortSignal,
): Promise<void> {
  const { models, overrides, quick, size } = request;
  const config = await configureExperiment(request.experiment, { size, overrides });
  const data = await openData(dataPlace(config, request.data), config.data, request.experiment);
  const amounts = chooseAmounts(data.test, request);
  const backend = await useBackend(request.backend);
  const { name: engine, threads } = backend;
  const device = `${engine}, ${backend.version} on ${backend.device}, ${threads === 1 ? "one thread" : `${threads} threads`}`;
  for (const { name, reason, remedy, lacksHardware } of backend.refused) {
    if (!lacksHardware) console.log(`not on ${name}: ${reason}; ${remedy}`);
  }
  const contestants = await loadContestants(request, data, config.data.frameStride);
  const date = new Date();
  const time = date.toISOString().replace(/\..*$/u, "").replaceAll(":", "-");
  const out = userPath(request.out ?? join("runs", config.name, "evaluation", time));
  try {
    // Minutes of work should not end at a folder that cannot be written.
    await makeFolder(out);
    await access(out, constants.W_OK);
    console.log(
      `comparing ${models.map((model) => model.name).join(", ")} on held-out ${config.name}; ${device}`,
    );
    const std = await trainingStd(contestants, data);
    const measured = await evaluate(contestants, data.test, {
      ...request,
      amounts,
      std,
      signal,
      ...progressOnTerminal(),
    });
    const { grid, channels, frameInterval, experiment } = data.test.description;
    const evaluation: Evaluation = {
      ...measured,
      title: request.title ?? `${experiment}: models beside the solver`,
      experiment,
      quick,
      date: date.toISOString(),
      setting: {
        ...measured.setting,
        channels,
        std,
        gridShape: grid.shape,
        boundary: grid.boundary,
        frameInterval,
        device,
        simulation: simulationInWords(data),
      },
    };
    await writeReport(out, evaluation);
    print(evaluation, relative(userPath("."), out) || ".");
  } catch (error) {
    // Nothing but an empty folder can have been left; one that holds something stays.
    await rmdir(out).catch(() => undefined);
    if (signal.aborted) {
      console.log("\nstopped, nothing was written; the same command begins again");
    }
    throw error;
  } finally {
    for (const contestant of contestants) contestant.dispose();
  }
}

/** Shows how far an evaluation is. */
function progressOnTerminal(): { readonly onProgress: (part: number, doing: string) => void } {
  let bar: ProgressBar | null = null;
  return {
    onProgress: (part, doing) => {
      if (doing === "timing") {
        console.log("timing one step of each …");
        return;
      }
      // What remains is told from the work alone, not from the time that timing took before it.
      bar ??= progressBar("evaluating", 100);
      bar.update(Math.floor(100 * part), doing);
      if (doing === "done") bar.finish();
    },
  };
}

async function loadContestants(
  { models, reference, overrides, latentPolicy }: EvaluationRequest,
  data: EvaluationData,
  frameStride: number | undefined,
): Promise<readonly Contestant[]> {
  const loaded: (Contestant | Network)[] = [];
  try {
    for (const spec of models) {
      const noise = latentPolicy !== "deterministic";
      loaded.push(await loadContestant(spec, data, { overrides, noise, frameStride }));
    }
  } catch (error) {
    for (const contestant of loaded) contestant.dispose();
    throw error;
  }
  const taught = loaded.find((contestant) => contestant.name === reference);
  return loaded.map((contestant) =>
    taught !== undefined && contestant !== taught && weightsOf(contestant) === weightsOf(taught)
      ? { ...contestant, undistilled: true }
      : contestant,
  );
}

/** The weights of a network, and what nothing else has. */
const weightsOf = (contestant: Contestant | Network): string =>
  "weights" in contestant ? contestant.weights : contestant.name;

async function loadContestant(
  spec: ModelSpec,
  { test, train }: EvaluationData,
  {
    overrides,
    noise,
    frameStride,
  }: {
    readonly overrides: readonly string[];
    readonly noise: boolean;
    readonly frameStride: number | undefined;
  },
): Promise<Contestant | Network> {
  switch (spec.kind) {
    case "network":
      return await loadNetwork(spec.name, userPath(spec.path), {
        sampler: spec.sampler,
        noise,
        test,
      });
    case "solver":
      return solver(spec.name, solverRecipe(test, overrides, frameStride), { stride: spec.stride });
    case "persistence":
      return persistence(spec.name);
    case "climatology":
      if (train !== null) return climatology(spec.name, train);
      throw new ArgumentError({
        problem: "climatology needs the training data",
        expected: "train.zarr beside test.zarr",
        remedy: "make it with the simulator, or leave climatology out of --models",
      });
  }
}

/** The unit of the CRPS: of the training data, or as the models have it where those are not there. */
async function trainingStd(
  contestants: readonly (Contestant | Network)[],
  { train }: EvaluationData,
): Promise<readonly number[]> {
  if (train !== null) return (train.normalisation ?? (await measureNormalisation(train))).std;
  for (const contestant of contestants) {
    if ("normalisation" in contestant) return contestant.normalisation.std;
  }
  throw new ArgumentError({
    problem: "without training data and without a network the unit of the CRPS is not known",
    expected: "train.zarr beside test.zarr",
    remedy: "make it with the simulator",
  });
}

function simulationInWords({ test }: EvaluationData): string {
  const { recipe, grid } = test.description;
  const { numPoints, dt } = Object(recipe) as { numPoints?: unknown; dt?: unknown };
  if (typeof numPoints !== "number") return "not known";
  const points = `${grid.shape.map(() => numPoints).join(" × ")} points`;
  return typeof dt === "number" ? `${points}, time step ${dt}` : points;
}

function print(evaluation: Evaluation, folder: string): void {
  const list = (lines: readonly string[]) => lines.map((line) => `  • ${line}`).join("\n");
  console.log(`\n${terminalTable(evaluation)}\n`);
  if (evaluation.quick) console.log(`${quickWarning}\n`);
  const sentences = findings(evaluation);
  if (sentences.length > 0) console.log(`${list(sentences)}\n`);
  console.log(`* best of its column\n${list(notes(evaluation))}\n`);
  console.log(`report: ${join(folder, "report.html")}`);
}
