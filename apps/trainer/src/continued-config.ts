import { isDeepStrictEqual } from "node:util";
import { ArgumentError } from "@eddyflow/core";
import { changeConfig, type OwnValues, textsFor, userPath } from "command-line";
import { findTeacher } from "./find-teacher.ts";
import type { Request } from "./request.ts";
import type { CommonConfig } from "./run-config.ts";

export interface ContinuedConfigOptions {
  /** Of the run. */
  readonly name: string;
  /** Keys that may differ from what the run was begun with. */
  readonly free: readonly string[];
  /** What the experiment's module brings. */
  readonly own: OwnValues;
}

/** Refuses what would make a resumed run another run. */
export function refuseChange(name: string, what: string, kept: string): never {
  throw new ArgumentError({
    problem: `${what} is not what run ${name} was begun with`,
    expected: kept,
    remedy: "leave it out, or begin another run with --new",
  });
}

/**
 * The configuration of a run that goes on: its own, with what was typed where that may change. What was
 * typed again as it was is no change.
 *
 * @throws ArgumentError for what cannot change.
 */
export async function continuedConfig<Config extends CommonConfig>(
  begun: Config,
  { overrides, size, teacher: typed, start, precision, data }: Request,
  { name, free, own }: ContinuedConfigOptions,
): Promise<Config> {
  if (size !== null && size !== begun.size) refuseChange(name, `--size ${size}`, begun.size);
  let { experiment } = begun;
  for (const override of await textsFor(experiment, overrides, own)) {
    const changed = await changeConfig(experiment, [override], own);
    const isFree = free.includes(override.slice(0, override.indexOf("=")));
    if (!isFree && !isDeepStrictEqual(changed, experiment)) {
      refuseChange(name, override, "its configuration as it is");
    }
    experiment = changed;
  }
  const teacher = typed === null ? begun.teacher : await findTeacher(typed);
  if (teacher?.sha256 !== begun.teacher?.sha256) {
    refuseChange(name, `--teacher ${typed}`, begun.teacher?.checkpoint ?? "no teacher");
  }
  const startBy = start === null ? begun.start : await findTeacher(start);
  if (startBy?.sha256 !== begun.start?.sha256) {
    refuseChange(name, `--start ${start}`, begun.start?.checkpoint ?? "no start of its own");
  }
  return {
    ...begun,
    experiment,
    teacher,
    ...(startBy && { start: startBy }),
    // The weights and the optimizer's state are float32 in either.
    precision: precision ?? begun.precision,
    data: data === null ? begun.data : userPath(data),
  };
}
