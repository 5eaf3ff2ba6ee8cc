import type { Manifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { CheckpointError, type Normalisation } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { loadSurrogate, type UniformSampler } from "@eddyflow/surrogate";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Contestant } from "./contestant.ts";

/** A trained model among the contestants. */
export interface Network extends Contestant {
  /** SHA-256 of the weights that it computes with. */
  readonly weights: string;
  /** Of the data that it was trained on. */
  readonly normalisation: Normalisation;
}

export interface LoadNetworkOptions {
  /** Null for the checkpoint's own. */
  readonly sampler: UniformSampler | null;
  /** Whether steps draw noise (default); without it the forecast is always the same. */
  readonly noise?: boolean;
  /** The data that it is to forecast. */
  readonly test: TrajectoryStore;
}

const methodNames: Readonly<Record<string, string>> = {
  euler: "Euler",
  heun: "Heun",
  rk4: "Runge–Kutta (classical)",
  "three-eighths": "Runge–Kutta (3/8 rule)",
  flow: "flow-map",
};

const describe = ({ method, steps }: Manifest["sampler"] | UniformSampler): string =>
  `${steps} ${methodNames[method] ?? method} ${steps === 1 ? "step" : "steps"}`;

/**
 * Loads a checkpoint, or the newest one of a run, as a contestant. The caller disposes it.
 *
 * @param path - absolute.
 * @throws CheckpointError where there is none, it is damaged, or it was trained on states of another grid
 *   or other channels than `test` holds.
 */
export async function loadNetwork(
  name: string,
  path: string,
  { sampler, noise = true, test }: LoadNetworkOptions,
): Promise<Network> {
  const folder = await resolveCheckpoint(path);
  const surrogate = await loadSurrogate(folderSource(folder), sampler === null ? {} : { sampler });
  const { manifest, nfe } = surrogate;
  const { grid, channels, frameInterval } = test.description;
  const step = manifest.clock?.step;
  const shown = (shape: readonly number[], names: readonly string[], dt: number) =>
    `${names.join(", ")} on ${shape.join(" × ")} points, ${Number(dt.toPrecision(6))} apart`;
  const [trained, tested] = [
    shown(manifest.grid.shape, manifest.channels, step ?? frameInterval),
    shown(grid.shape, channels, frameInterval),
  ];
  if (trained !== tested) {
    surrogate.dispose();
    throw new CheckpointError({
      problem: `${name} (${folder}) was trained on ${trained}`,
      expected: `${tested}, as the test data have`,
      remedy: "give another checkpoint, or --data the folder that it was trained on",
    });
  }
  const file =
    "average.safetensors" in manifest.files ? "average.safetensors" : "weights.safetensors";
  return {
    name,
    kind: "network",
    description: describe(sampler ?? manifest.sampler),
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
          const next = await surrogate.next(state, noise ? key : null);
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
