import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { CheckpointError, type Key, type Normalisation } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { samplerInWords, samplerName, stepsOf } from "@eddyflow/samplers/descriptions";
import { loadSurrogate } from "@eddyflow/surrogate";
import { concat, dispose, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { differentPoints, differentStates, inSentence } from "command-line";
import type { CheckpointSpec } from "./checkpoint-spec.ts";
import type { Contestant, Forecast, Known } from "./contestant.ts";

/** A trained model among the contestants. */
export interface Model extends Contestant {
  /** SHA-256 of the weights that it computes with. */
  readonly weights: string;
  /** Of the data that it was trained on. */
  readonly normalisation: Normalisation;
  begin(initial: Float32Array, rows: number, known?: Known): ModelForecast;
}

/** Forecasts of a model in progress. */
interface ModelForecast extends Forecast {
  /** As of any contestant, from one key for all rows; or from a key for each row, on which alone its noise depends. */
  step(key: Key | readonly Key[]): Promise<Float32Array>;
}

export interface LoadModelOptions {
  /** Null for the checkpoint's own. */
  readonly sampler: CheckpointSpec["sampler"];
  /** Whether each step draws noise (default). Without noise the forecast is always the same. */
  readonly noise?: boolean;
  /** The data that it is to forecast. */
  readonly test: TrajectoryStore;
}

/**
 * Loads a checkpoint, or the newest one of a run, as a contestant. The caller disposes it.
 *
 * @param path - absolute.
 * @throws CheckpointError where there is none, it is damaged, or it was trained on states with other channels, points,
 *   cells, boundaries or another interval than `test` has; in a step, where the evaluations counted by its networks are
 *   not those that its sampler takes.
 */
export async function loadModel(
  name: string,
  path: string,
  { sampler, noise = true, test }: LoadModelOptions,
): Promise<Model> {
  const folder = await resolveCheckpoint(path);
  const surrogate = await loadSurrogate(folderSource(folder), sampler === null ? {} : { sampler });
  const { manifest, nfe, warning } = surrogate;
  const { grid, channels, frameInterval } = test.description;
  const was = { ...manifest, interval: manifest.clock?.step ?? null };
  const is = { grid, channels, interval: frameInterval };
  const differences = [...differentPoints(was, is), ...differentStates(was, is)];
  if (differences.length > 0) {
    surrogate.dispose();
    throw new CheckpointError({
      problem: `${name} (${folder}) was trained on states with ${inSentence(differences, "was")}`,
      expected: `${inSentence(differences, "is")}, as in the data to forecast`,
      remedy: "give another checkpoint, or the data that it was trained for",
    });
  }
  const file =
    "average.safetensors" in manifest.files ? "average.safetensors" : "weights.safetensors";
  const used = sampler ?? manifest.sampler;
  const { history, parameters } = manifest.conditioning;
  const told = parameters.channels;
  const missing = told.find((parameter) => test.description.parameters?.[parameter] === undefined);
  if (missing !== undefined) {
    surrogate.dispose();
    throw new CheckpointError({
      problem: `${name} (${folder}) has to be told "${missing}", which the test data do not say`,
      expected: `data with the ${told.length === 1 ? "parameter" : "parameters"} ${told.join(", ")}`,
      remedy: "give another checkpoint, or --data the folder that it was trained on",
    });
  }
  return {
    name,
    kind: "model",
    sampler: { name: samplerName(used), steps: stepsOf(used) },
    description: samplerInWords(used),
    ...(warning !== null && { warning }),
    undistilled: false,
    nfePerStep: nfe,
    ensemble: noise,
    history,
    timedRows: (batch) => batch,
    weights: manifest.files[file]?.sha256 ?? "",
    normalisation: manifest.normalisation,
    begin: (initial, rows, { earlier, parameters: given } = { earlier: [], parameters: {} }) => {
      const shape = [rows, ...grid.shape, channels.length];
      const before = history === 1 ? [] : earlier.slice(1 - history);
      let known: readonly Tensor[] = [...before, initial].map((state) =>
        tensor(state, shape, "float32"),
      );
      const parameters = Object.fromEntries(told.map((name) => [name, given[name] ?? []]));
      return {
        step: async (key) => {
          const before = surrogate.evaluations;
          const previous = known.length === 1 ? (known[0] as Tensor) : concat([...known], -1);
          const next = await surrogate.next(previous, noise ? key : null, { parameters });
          if (known.length > 1) previous.dispose();
          const counted = surrogate.evaluations - before;
          if (counted !== nfe) {
            next.dispose();
            throw new CheckpointError({
              problem: `${name} evaluated its networks ${counted} times in a step`,
              expected: `${nfe}, as ${samplerInWords(used)} take`,
              remedy: "give a sampler that fits the model: what it costs would be reported wrongly",
            });
          }
          known[0]?.dispose();
          known = [...known.slice(1), next];
          return (await next.data()) as Float32Array;
        },
        dispose: () => dispose([...known]),
      };
    },
    dispose: () => surrogate.dispose(),
  };
}
