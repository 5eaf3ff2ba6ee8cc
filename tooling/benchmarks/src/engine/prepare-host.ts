import { join } from "node:path";
import { openTrajectoryStore, trainingBatches } from "@eddyflow/datasets";
import { kuramotoSivashinsky2d, randomFourierField } from "@eddyflow/pde";
import { keyFor } from "@eddyflow/random";
import { dispose, tensor } from "@tensorflow/tfjs-core";
import type { Work } from "../protocol.ts";
import type { Prepared } from "./prepared.ts";
import { agree } from "./reference-file.ts";

type WorkOf<Kind extends Work["kind"]> = Extract<Work, { readonly kind: Kind }>;

export async function prepareLoading({
  folder,
  batch,
  mean,
  std,
}: WorkOf<"loading">): Promise<Prepared> {
  const store = await openTrajectoryStore(join(folder, "store.zarr"));
  const { channels } = store.description;
  const batches = trainingBatches(store, {
    batchSize: batch,
    seed: 0,
    normalisation: { channels, mean, std },
  });
  return {
    difference: null,
    run: async () => {
      const { value } = await batches.next();
      dispose([value.previous, value.next]);
    },
  };
}

export async function prepareSimulator(
  { numPoints, extent, dt, steps }: WorkOf<"simulator">,
  file: string,
): Promise<Prepared> {
  const stepper = kuramotoSivashinsky2d({ numPoints, extent, dt, operator: "biharmonic" });
  const shape = [numPoints, numPoints];
  // Rounded to what the file holds, so that both solvers begin with the very same field.
  const initial = Float64Array.from(
    Float32Array.from(randomFourierField(keyFor(0, "initial", 0), shape)),
  );
  const toTensor = (field: Float64Array) => tensor(Float32Array.from(field), shape, "float32");
  const fields = { initial: toTensor(initial), output: toTensor(stepper.step(initial, steps)) };
  const difference = await agree(file, {}, fields);
  dispose(fields);
  return {
    difference,
    run: async () => {
      stepper.step(initial, steps);
    },
  };
}
