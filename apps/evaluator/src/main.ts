import { ArgumentError } from "@eddyflow/core";
import type { Communicator } from "@eddyflow/parallel";
import { type CommandContext, helpText, parseFlags } from "command-line";
import { commandSpec } from "./command-spec.ts";
import { readExportRequest } from "./export-request.ts";
import { readEvaluationRequest, readPredictionRequest } from "./request.ts";

/** Does what the words of the command line say. */
export async function main({
  argv,
  signal,
  join,
}: Pick<CommandContext, "argv" | "signal" | "join">): Promise<void> {
  const communicator = await join();
  const typed = parseFlags(argv, commandSpec);
  if (typed.help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  // Imported late: the tensor packages take a second to load, and a mistyped command should not wait for them.
  if (typed.positionals[0] === "predict") {
    const request = readPredictionRequest(typed);
    requireOneProcess("predict", communicator);
    const { runPrediction } = await import("./run-prediction.ts");
    await runPrediction(request, signal);
  } else if (typed.positionals[0] === "export") {
    const request = readExportRequest(typed);
    requireOneProcess("export", communicator);
    const { runExport } = await import("./run-export.ts");
    await runExport(request);
  } else {
    const request = readEvaluationRequest(typed);
    const { runEvaluation } = await import("./run-evaluation.ts");
    await runEvaluation(request, signal, communicator);
  }
}

/** Refuses several processes for what they would all write. */
function requireOneProcess(verb: string, { size }: Communicator): void {
  if (size === 1) return;
  throw new ArgumentError({
    problem: `${verb} was started as ${size} processes, which would all write the same`,
    expected: "one process; only <experiment> --models shares its work out",
    remedy: "start it without mpirun, or with -n 1",
  });
}
