import { ArgumentError } from "@eddyflow/core";
import { callOf, type ParsedFlags } from "command-line";
import type { commandSpec } from "./command-spec.ts";

/** What was typed after `evaluator export`. */
export interface ExportRequest {
  /** A checkpoint, or a run. */
  readonly checkpoint: string;
  readonly out: string;
  readonly precision: "single" | "half";
  readonly format: "checkpoint" | "onnx";
}

const usage = `${callOf("evaluator export")} CHECKPOINT --out DIR [--format onnx] [--precision half]`;

function refuse(problem: string, remedy: string): never {
  throw new ArgumentError({ problem, expected: usage, remedy });
}

/**
 * Reads the words of `evaluator export …`, "export" included.
 *
 * @throws ArgumentError for what does not fit or go together.
 */
export function readExportRequest({
  flags,
  positionals: [, checkpoint, extra],
  overrides,
}: ParsedFlags<(typeof commandSpec)["flags"]>): ExportRequest {
  const superfluous = extra ?? overrides[0];
  if (superfluous !== undefined) refuse(`"${superfluous}" is one word too many`, "leave it out");
  if (checkpoint === undefined) {
    return refuse("no checkpoint is given", "name a checkpoint, or a run");
  }
  const own = ["out", "precision", "format"];
  const misplaced = Object.keys(flags).find((flag) => !own.includes(flag));
  if (misplaced !== undefined) {
    refuse(`--${misplaced} does not belong to export`, `leave --${misplaced} out`);
  }
  if (flags.out === undefined) return refuse("no --out is given", "name the folder to write");
  const { out, precision = "single", format = "checkpoint" } = flags;
  return { checkpoint, out, precision, format };
}
