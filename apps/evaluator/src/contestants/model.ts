import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { CheckpointError, type Normalisation } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { samplerInWords } from "@eddyflow/samplers/descriptions";
import { loadSurrogate } from "@eddyflow/surrogate";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { CheckpointSpec } from "./checkpoint-spec.ts";
import type { Contestant } from "./contestant.ts";

/** A trained model among the contestants. */
export interface Model extends Contestant {
  /** SHA-256 of the weights that it computes with. */
  readonly weights: string;
  /** Of the data that it was trained on. */
  readonly normalisation: Normalisation;
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
 * @throws CheckpointError where there is none, it is damaged, or it was trained on another grid, other
 *   channels or another frame interval than `test` has; in a step, where the evaluations counted by its networks are
 *   not those that its sampler takes.
 */
export async function loadModel(
  name: string,
  path: string,
  { sampler, noise = true, test }: LoadModelOptions,
): Promise<Model> {
  const folder = await resolveCheckpoint(path);
  const surrogate = await loadSurrogate(folderSource(folder), sampler === null ? {} : { sampler });
  const { manifest, nfe } = surrogate;
  const { grid, channels, frameInterval } = test.description;
  const step = manifest.clock?.step;
  const shown = (shape: readonly number[], names: readonly string[], dt: number) =>
    `${names.join(", ")} on ${shape.join(" × ")} points, ${Number(dt.toPrecision(6))} apart in time`;
  const [trained, tested] = [
    shown(manifest.grid.shape, manifest.channels, step ?? frameInterval),
    shown(grid.shape, channels, frameInterval),
  ];
  if (trained !== tested) {
    surrogate.dispose();
    throw new CheckpointError({
      problem: `${name} (${folder}) was trained on ${trained}`,
      expected: `${tested}, as in the test data`,
      remedy: "give another checkpoint, or give --data the folder that it was trained on",
    });
  }
  const file =
    "average.safetensors" in manifest.files ? "average.safetensors" : "weights.safetensors";
  const used = sampler ?? manifest.sampler;
  return {
    name,
    kind: "model",
    description: samplerInWords(used),
    undistilled: false,
    nfePerStep: nfe,
    ensemble: noise,
    timedRows: (batch) => batch,
    weights: manifest.files[file]?.sha256 ?? "",
    normalisation: manifest.normalisation,
    begin: (initial, rows) => {
      let state: Tensor = tensor(initial, [rows, ...grid.shape, channels.length], "float32");
      return {
        step: async (key) => {
          const before = surrogate.evaluations;
          const next = await surrogate.next(state, noise ? key : null);
          const counted = surrogate.evaluations - before;
          if (counted !== nfe) {
            next.dispose();
            throw new CheckpointError({
              problem: `${name} evaluated its networks ${counted} times in a step`,
              expected: `${nfe}, as ${samplerInWords(used)} take`,
              remedy: "give a sampler that fits the model: what it costs would be reported wrongly",
            });
          }
          state.dispose();
          state = next;
          return (await next.data()) as Float32Array;
        },
        dispose: () => state.dispose(),
      };
    },
    dispose: () => surrogate.dispose(),
  };
}
