#!/usr/bin/env node
import { helpText, parseFlags, runCommand } from "command-line";
import { commandSpec } from "./command-spec.ts";
import { readExportRequest } from "./export-request.ts";
import { readEvaluationRequest, readPredictionRequest } from "./request.ts";

await runCommand("evaluator", async ({ argv, signal }) => {
  const typed = parseFlags(argv, commandSpec);
  if (typed.help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  // Imported late: the tensor packages take a second to load, and a mistyped command should not wait for them.
  if (typed.positionals[0] === "predict") {
    const request = readPredictionRequest(typed);
    const { runPrediction } = await import("./run-prediction.ts");
    await runPrediction(request, signal);
  } else if (typed.positionals[0] === "export") {
    const request = readExportRequest(typed);
    const { runExport } = await import("./run-export.ts");
    await runExport(request);
  } else {
    const request = readEvaluationRequest(typed);
    const { runEvaluation } = await import("./run-evaluation.ts");
    await runEvaluation(request, signal);
  }
});
