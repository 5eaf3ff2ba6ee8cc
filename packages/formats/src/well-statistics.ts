import { readFile } from "node:fs/promises";
import type { Normalisation } from "@eddyflow/core";
import { type SourceField, unusable } from "./source.ts";

const smallestStd = 1e-4;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Far more than the statistics of any data set; a crafted text takes seconds to parse where it is longer. */
const mostBytes = 50_000;

/** The content of a file in YAML, which may have no aliases: a few lines of them can stand for gigabytes. */
async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8");
  if (text.length > mostBytes) {
    throw unusable(`${path} has ${text.length} characters`, `statistics of at most ${mostBytes}`);
  }
  const { parse, YAMLError } = await import("yaml");
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const why = error instanceof YAMLError ? error.code : (error as Error).message;
    throw unusable(`${path} is damaged (${why})`, "statistics in YAML, without aliases", error);
  }
}

/**
 * Mean and deviation per channel from a `stats.yaml`: a number for a scalar field, a list for a vector, lists
 * in a list for a tensor. Deviations below 1e-4 become 1e-4, as in the format's own reader.
 *
 * @throws DataError naming the file and the field that it lacks or has with another number of components.
 */
export async function readWellStatistics(
  path: string,
  fields: readonly SourceField[],
): Promise<Normalisation> {
  const statistics = await readYaml(path);
  const take = (kind: "mean" | "std", { name, channels }: SourceField): number[] => {
    const table = isRecord(statistics) ? statistics[kind] : undefined;
    const entry = isRecord(table) ? table[name] : undefined;
    if (entry === undefined) {
      const there = isRecord(table) ? Object.keys(table).join(", ") : "nothing";
      throw unusable(
        `${path}: "${kind}" has no field "${name}" (it has ${there})`,
        "one per field",
      );
    }
    const values: unknown[] = [entry].flat(3);
    const usable = (value: unknown) =>
      Number.isFinite(value) && (kind === "mean" || Number(value) >= 0);
    if (values.length === channels.length && values.every(usable)) return values as number[];
    throw unusable(
      `${path}: "${kind}" of field "${name}" is ${JSON.stringify(entry)}`,
      `${channels.length} finite number${channels.length === 1 ? "" : "s"}${kind === "std" ? ", none negative" : ""}`,
    );
  };
  const state = fields.filter((field) => field.state);
  return {
    channels: state.flatMap(({ channels }) => channels),
    mean: state.flatMap((field) => take("mean", field)),
    std: state.flatMap((field) => take("std", field)).map((std) => Math.max(std, smallestStd)),
  };
}
