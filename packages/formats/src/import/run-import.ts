import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  createTrajectoryStore,
  measureNormalisation,
  openTrajectoryStore,
  type StoreDescription,
  writeNormalisation,
  writeWhole,
} from "@eddyflow/datasets";
import { experimentName, experimentText } from "./experiment-text.ts";
import { type Split, splits } from "./import-source.ts";
import type { ImportPlan } from "./plan-import.ts";
import { blockOf, type Survey, type WatchOptions } from "./survey-plan.ts";

/** What an import has made. */
export interface Imported {
  /** Trajectories that were there already. */
  readonly kept: number;
  /** Whether the folder has an experiment.ts of its own, which stays. */
  readonly hasOwnExperiment: boolean;
}

function describe(plan: ImportPlan, survey: Survey, name: string, split: Split): StoreDescription {
  const { channels, grid, vectors, tensors, undirected, dt, parts, notes, units } = plan;
  const trajectories = parts[split];
  const lengths = trajectories.map(({ frames }) => frames);
  const frames = lengths.reduce((most, length) => Math.max(most, length), 0);
  const parameters = Object.keys(trajectories[0]?.parameters ?? {});
  return {
    ...{ experiment: name, split, channels, grid, frameInterval: dt, frames },
    ...(vectors.length > 0 && { vectors }),
    ...(tensors.length > 0 && { tensors }),
    ...(undirected.length > 0 && { undirected }),
    ...(lengths.some((length) => length !== frames) && { lengths }),
    trajectories: trajectories.length,
    ...(parameters.length > 0 && {
      parameters: Object.fromEntries(
        parameters.map((key) => [key, trajectories.map((one) => one.parameters[key] as number)]),
      ),
    }),
    recipe: {
      imported: [...new Set(trajectories.map(({ file }) => basename(file)))],
      sha256: survey.sha256[split],
      ...(units.some((unit) => unit !== null) && { units }),
      notes,
    },
    seed: 0,
    observation: [],
  };
}

/**
 * Writes a store of each split into a folder, and beside them an experiment that trains on them. A trajectory is there whole
 * or not at all; an import that was interrupted goes on. The experiment is written last.
 *
 * @throws DataError where the folder holds stores of other values; StorageError where a file cannot be written.
 */
export async function runImport(
  plan: ImportPlan,
  survey: Survey,
  dir: string,
  { signal, onFrame = () => {} }: WatchOptions = {},
): Promise<Imported> {
  const name = experimentName(dir);
  const block = blockOf(plan);
  const begun: { split: Split; writer: Awaited<ReturnType<typeof createTrajectoryStore>> }[] = [];
  for (const split of splits) {
    const description = describe(plan, survey, name, split);
    begun.push({
      split,
      writer: await createTrajectoryStore(join(dir, `${split}.zarr`), description),
    });
  }
  let kept = 0;
  for (const { split, writer } of begun) {
    for (const [index, one] of plan.parts[split].entries()) {
      if (writer.has(index)) {
        kept++;
        for (let i = 0; i < one.frames; i++) onFrame();
        continue;
      }
      const writing = await writer.begin(index);
      try {
        for (let from = 0; from < one.frames; from += block) {
          const count = Math.min(block, one.frames - from);
          const values = await one.read(from, count);
          const size = values.length / count;
          for (let i = 0; i < count; i++) {
            signal?.throwIfAborted();
            await writing.add(values.slice(i * size, (i + 1) * size));
            onFrame();
          }
        }
        await writing.finish();
      } catch (error) {
        await writing.abandon();
        throw error;
      }
    }
  }
  const train = await openTrajectoryStore(join(dir, "train.zarr"));
  if (train.normalisation === null) {
    await writeNormalisation(join(dir, "train.zarr"), await measureNormalisation(train));
  }
  return { kept, hasOwnExperiment: !(await writeExperiment(plan, name, dir)) };
}

/** Writes the experiment, unless there is another one: a person may have changed it. */
async function writeExperiment(plan: ImportPlan, name: string, dir: string): Promise<boolean> {
  const path = join(dir, "experiment.ts");
  const text = experimentText(plan, name);
  const there = await readFile(path, "utf8").catch(() => null);
  if (there !== null) return there === text;
  await writeWhole(path, (partial) => writeFile(partial, text, { flush: true }));
  return true;
}
