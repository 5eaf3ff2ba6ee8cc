import type { Manifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { CheckpointError, type Normalisation } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { uniformGrid } from "@eddyflow/samplers";
import { loadSurrogate } from "@eddyflow/surrogate";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Contestant } from "./contestant.ts";
import type { EqualSteps } from "./model-specs.ts";

/** A trained model among the contestants. */
export interface Network extends Contestant {
  /** SHA-256 of the weights that it computes with. */
  readonly weights: string;
  /** Of the data that it was trained on. */
  readonly normalisation: Normalisation;
}

const methodNames: Readonly<Record<string, string>> = {
  euler: "Euler",
  heun: "Heun",
  rk4: "Runge–Kutta (classical)",
  "three-eighths": "Runge–Kutta (3/8 rule)",
  flow: "flow-map",
};

const describe = ({ method, steps }: Manifest["sampler"] | EqualSteps): string =>
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
  { sampler, test }: { readonly sampler: EqualSteps | null; readonly test: TrajectoryStore },
): Promise<Network> {
  const folder = await resolveCheckpoint(path);
  const surrogate = await loadSurrogate(
    folderSource(folder),
    sampler === null ? {} : { sampler: { ...sampler, grid: uniformGrid(sampler.steps) } },
  );
  const { manifest, nfe } = surrogate;
  const { grid, channels, frameInterval } = test.description;
  const shown = (shape: readonly number[], names: readonly string[]) =>
    `${names.join(", ")} on ${shape.join(" × ")} points`;
  const [trained, tested] = [
    shown(manifest.grid.shape, manifest.channels),
    shown(grid.shape, channels),
  ];
  if (trained !== tested) {
    surrogate.dispose();
    throw new CheckpointError({
      problem: `${name} (${folder}) was trained on ${trained}`,
      expected: `${tested}, ${frameInterval} apart, as the test data have`,
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
    ensemble: true,
    timedRows: (batch) => batch,
    weights: manifest.files[file]?.sha256 ?? "",
    normalisation: manifest.normalisation,
    begin: (initial, rows) => {
      let state: Tensor = tensor(initial, [rows, ...grid.shape, channels.length], "float32");
      return {
        step: async (key) => {
          const next = await surrogate.next(state, key);
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
