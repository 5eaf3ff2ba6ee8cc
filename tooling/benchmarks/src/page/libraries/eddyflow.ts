import { type BackendName, useBackend } from "@eddyflow/backend";
import { decodeSafetensors, loadInto } from "@eddyflow/checkpointing";
import { parameterShapes, velocityNetwork } from "@eddyflow/models";
import { type Tensor1D, tensor, tensor1d } from "@tensorflow/tfjs-core";
import { inputsOf, type Library } from "../work.ts";

/** Ours on a backend, which finds its threads itself: as many as the page or the process has. */
export async function startEddyflow(backend: BackendName): Promise<Library> {
  const { version, threads } = await useBackend(backend);
  return {
    about: `Eddyflow, ${version}, ${threads} thread${threads === 1 ? "" : "s"}`,
    async prepare(work) {
      const { description, shape, batch } = work;
      const { x, y, t } = inputsOf(work);
      const network = velocityNetwork(description);
      const { params } = loadInto(
        parameterShapes(description),
        decodeSafetensors(work.weights).arrays,
      );
      const place = [batch, ...shape];
      return async () => {
        const fields = [
          tensor(x, [...place, description.stateChannels]),
          tensor(y, [...place, description.conditionChannels]),
        ] as const;
        const times = tensor1d(t) as Tensor1D;
        const output = network.apply(params, ...fields, times);
        const values = (await output.data()) as Float32Array;
        for (const made of [...fields, times, output]) made.dispose();
        return values;
      };
    },
  };
}
