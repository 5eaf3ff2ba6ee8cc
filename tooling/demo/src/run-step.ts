import { spawn } from "node:child_process";
import { join } from "node:path";
import type { DemoStep } from "./plan.ts";

export interface RunStepOptions {
  /** Root of the checkout, which the step's paths are relative to. */
  readonly root: string;
  /** Seconds that the steps after this one will take, for the app's own progress line. */
  readonly laterSeconds: number;
  /** Passed on as Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs one app to its end in this terminal and returns its exit code. */
export async function runStep(
  { app, args }: DemoStep,
  { root, laterSeconds, signal }: RunStepOptions,
): Promise<number> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, join("apps", app, "src/cli.ts"), ...args],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        INIT_CWD: root,
        EDDYFLOW_LATER_SECONDS: String(Math.round(laterSeconds)),
      },
    },
  );
  const interrupt = () => child.kill("SIGINT");
  signal.addEventListener("abort", interrupt);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, killedBy) => resolve(code ?? (killedBy === null ? 1 : 130)));
    });
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}
