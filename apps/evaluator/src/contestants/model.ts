import { folderSource } from "@eddyflow/checkpointing/node";
import {
  CheckpointError,
  type Key,
  type Normalisation,
  type SamplerDescription,
} from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { samplerInWords, samplerName, stepsOf } from "@eddyflow/samplers/descriptions";
import { loadSurrogate, type Surrogate } from "@eddyflow/surrogate";
import { concat, dispose, type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { OwnValues } from "command-line";
import type { CheckpointSpec } from "./checkpoint-spec.ts";
import type { Contestant, Forecast, Known } from "./contestant.ts";
import { planRun, weightsOf } from "./planned-model.ts";

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

export interface ModelOptions {
  /** Whether each step draws noise (default). Without noise the forecast is always the same. */
  readonly noise?: boolean;
  /** The data that it is to forecast. */
  readonly test: TrajectoryStore;
}

export interface LoadModelOptions extends ModelOptions {
  /** Null for the checkpoint's own. */
  readonly sampler: CheckpointSpec["sampler"];
  /** What a module brings. */
  readonly own: OwnValues;
}

/**
 * Loads a checkpoint, or the newest one of a run, as a contestant. The caller disposes it.
 *
 * @param path - absolute.
 * @throws CheckpointError as `planRun` does; in a step as `modelOf` says.
 */
export async function loadModel(
  name: string,
  path: string,
  { sampler, own, ...options }: LoadModelOptions,
): Promise<Model> {
  const run = await planRun(name, path, options.test, own);
  const { networks } = run;
  const surrogate = await loadSurrogate(folderSource(run.folder), {
    networks,
    ...(sampler !== null && { sampler }),
  });
  return modelOf(surrogate, {
    ...options,
    name,
    sampler: sampler ?? run.manifest.sampler,
    weights: weightsOf(run),
  });
}

/**
 * A surrogate as a contestant, which disposes it. In a step CheckpointError is thrown where the evaluations counted by
 * its networks are not those that its sampler takes.
 */
export function modelOf(
  surrogate: Surrogate,
  {
    name,
    sampler,
    weights,
    noise = true,
    test,
  }: ModelOptions & {
    readonly name: string;
    readonly sampler: SamplerDescription;
    readonly weights: string;
  },
): Model {
  const { manifest, nfe, warning } = surrogate;
  const { grid, channels } = test.description;
  const { history, parameters } = manifest.conditioning;
  const told = parameters.channels;
  return {
    name,
    kind: "model",
    sampler: { name: samplerName(sampler), steps: stepsOf(sampler) },
    description: samplerInWords(sampler),
    ...(warning !== null && { warning }),
    undistilled: false,
    nfePerStep: nfe,
    ensemble: noise,
    history,
    timedRows: (batch) => batch,
    weights,
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
              expected: `${nfe}, as ${samplerInWords(sampler)} take`,
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
