import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useBackend } from "@eddyflow/backend";
import { decodeSafetensors, encodeSafetensors, paramsToArrays } from "@eddyflow/checkpointing";
import { velocityNetwork } from "@eddyflow/models";
import { key } from "@eddyflow/random";
import { networkModel } from "evaluator/onnx";
import { type PageGroup, studentNetwork } from "./plan.ts";

/** Writes the weights of a group for all libraries: as safetensors, and as ONNX. Those of the playground are trained. */
export async function writeWork({ description }: PageGroup, folder: string): Promise<void> {
  const bytes =
    description === studentNetwork ? await trainedWeights() : await drawnWeights(description);
  const weights = decodeSafetensors(bytes).arrays;
  await writeFile(join(folder, "weights.safetensors"), bytes);
  const onnx = networkModel({ description, weights, set: "student" }, {});
  await writeFile(join(folder, "student.onnx"), onnx);
}

const trainedWeights = (): Promise<Uint8Array> =>
  readFile(
    fileURLToPath(
      new URL(
        "../../../../apps/playground/public/models/single_step/average.safetensors",
        import.meta.url,
      ),
    ),
  );

async function drawnWeights(description: PageGroup["description"]): Promise<Uint8Array> {
  await useBackend("cpu");
  return encodeSafetensors(await paramsToArrays(velocityNetwork(description).init(key(0))));
}
