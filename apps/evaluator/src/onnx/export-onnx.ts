import { decodeSafetensors, fileOfSet, type Manifest } from "@eddyflow/checkpointing";
import { type ExportOptions, exportedFiles, writeFolder } from "@eddyflow/checkpointing/node";
import { ArgumentError } from "@eddyflow/core";
import { nfeOf, samplerText } from "@eddyflow/samplers";
import { networkModel } from "./network-graph.ts";
import { nextModel } from "./next-graph.ts";
import type { NamedNetwork } from "./u-net-graph.ts";

/**
 * Writes the model of the checkpoint in the folder `from` for onnxruntime: `next.onnx`, one step of a forecast in physical
 * units, and for each of its networks `<set>.onnx`, one evaluation in normalised units. The weights are those that
 * `exportCheckpoint` takes, and within the files. The folder `to` appears when it is complete.
 *
 * @returns the names of the files, and their bytes together.
 * @throws CheckpointError where the checkpoint is damaged, or is not of the U-Nets that its manifest describes; ArgumentError
 *   where `to` is there already; StorageError where it cannot be written.
 */
export async function exportOnnx(
  from: string,
  to: string,
  options: ExportOptions = {},
): Promise<{ readonly files: readonly string[]; readonly bytes: number }> {
  const { manifest, files } = await exportedFiles(from, options);
  const own = Object.values(manifest.networks).find((network) => network.own !== undefined)?.own;
  if (own !== undefined) {
    throw new ArgumentError({
      problem: `the model is made of "${own}", a network of one's own, which ONNX cannot be written of`,
      expected: "a U-Net",
      remedy: "leave --format out: loadSurrogate serves it",
    });
  }
  const models = Object.entries(onnxModels(manifest, files));
  return { files: models.map(([name]) => name), bytes: await writeFolder(to, models) };
}

/** The ONNX files of an exported checkpoint by name. */
export function onnxModels(
  manifest: Manifest,
  files: Readonly<Record<string, Uint8Array>>,
): Readonly<Record<string, Uint8Array>> {
  const networks = Object.entries(manifest.networks).map(([set, description]) => {
    const average = fileOfSet("student.average");
    const file = set === "student" && Object.hasOwn(files, average) ? average : fileOfSet(set);
    const { arrays } = decodeSafetensors(files[file] as Uint8Array, file);
    return [set, { description, weights: arrays, set }] as const;
  });
  const metadata = metadataOf(manifest);
  const named: Readonly<Record<string, NamedNetwork>> = Object.fromEntries(networks);
  return {
    "next.onnx": nextModel(manifest, named, { ...metadata, units: "physical" }),
    ...Object.fromEntries(
      networks.map(([set, network]) => [
        `${set}.onnx`,
        networkModel(network, { ...metadata, units: "normalised", kind: network.description.kind }),
      ]),
    ),
  };
}

/** What a program needs besides the graph, as text; lists are JSON. */
function metadataOf(manifest: Manifest): Readonly<Record<string, string>> {
  const { experiment, method, channels, grid, normalisation, conditioning, clock } = manifest;
  const { sampler, networks } = manifest;
  const kind = networks["student"]?.kind;
  return {
    experiment,
    method,
    channels: JSON.stringify(channels),
    grid: JSON.stringify(grid),
    mean: JSON.stringify(normalisation.mean),
    std: JSON.stringify(normalisation.std),
    conditioning: JSON.stringify(conditioning),
    clock: JSON.stringify(clock),
    sampler: samplerText(sampler),
    ...(kind !== undefined && { nfe: String(nfeOf(sampler, kind)) }),
  };
}
