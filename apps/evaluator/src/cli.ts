#!/usr/bin/env node
import { helpText, parseFlags, runCommand } from "command-line";
import { commandSpec } from "./command-spec.ts";
import { readEvaluationRequest } from "./request.ts";

await runCommand("evaluator", async ({ argv, signal }) => {
  const typed = parseFlags(argv, commandSpec);
  if (typed.help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  const request = readEvaluationRequest(typed);
  // The tensor packages take a second to load: a mistyped command should not wait for them.
  const { runEvaluation } = await import("./run-evaluation.ts");
  await runEvaluation(request, signal);
});
