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
  /** Gets what the app writes, which else goes to this terminal. */
  readonly onText?: (text: string) => void;
}

/** Runs one app to its end and returns its exit code. */
export async function runStep(
  { app, args }: Pick<DemoStep, "app" | "args">,
  { root, laterSeconds, signal, onText }: RunStepOptions,
): Promise<number> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, join("apps", app, "src/cli.ts"), ...args],
    {
      cwd: root,
      stdio: onText === undefined ? "inherit" : ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        INIT_CWD: root,
        EDDYFLOW_LATER_SECONDS: String(Math.round(laterSeconds)),
      },
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => onText?.(text));
  }
  const interrupt = () => child.kill("SIGINT");
  signal.addEventListener("abort", interrupt);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, killedBy) => resolve(code ?? (killedBy === null ? 1 : 130)));
    });
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}
