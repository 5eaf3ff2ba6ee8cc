import { CheckpointError } from "@eddyflow/core";

type Json = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === "string";
const oneOf =
  (...texts: readonly string[]): Check =>
  (value) =>
    texts.includes(value as string);
const holds =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([key, check]) => check(value[key]));

const isTeacher = holds({ checkpoint: isText, sha256: isText });
const isPlace: Check = (value) =>
  isText(value) || holds({ train: isText, validation: isText, test: isText })(value);

/** The keys of every kind of run. What is in the experiment is for its schema to check. */
const checks: Readonly<Record<string, readonly [check: Check, expected: string]>> = {
  created: [isText, "a time"],
  size: [oneOf("full", "small"), "full or small"],
  experiment: [(value) => isRecord(value) && isRecord(value["models"]), "an experiment"],
  precision: [oneOf("float32", "mixed"), "float32 or mixed"],
  data: [isPlace, "a path, or one for each split"],
  teacher: [(value) => value === null || isTeacher(value), "null, or a checkpoint with its sha256"],
  start: [(value) => value == null || holds({ checkpoint: isText })(value), "a checkpoint"],
  method: [(value) => value === undefined || isText(value), "the name of a method"],
  stages: [
    (value) => value === undefined || (Array.isArray(value) && value.every(isRecord)),
    "a list of stages",
  ],
};

/**
 * Checks the configuration that was stored with the run at `path`, in the words of today, before it is used.
 *
 * @throws CheckpointError that names the first key that is not usable.
 */
export function checkConfig(config: unknown, path: string): void {
  const found = isRecord(config) ? config : {};
  for (const [key, [check, expected]] of Object.entries(checks)) {
    if (check(found[key])) continue;
    throw new CheckpointError({
      problem: `"${key}" in the configuration of the run ${path} is ${JSON.stringify(found[key]) ?? "absent"}`,
      expected,
      remedy: "copy the run again from where it was made, or begin another with --new",
    });
  }
}
