import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BackendName } from "@eddyflow/backend";
import { absent, type BackendReport } from "./backend-report.ts";

export interface SurveyOptions {
  readonly signal?: AbortSignal;
  /** How long a backend may take; half a minute if not given. */
  readonly limitSeconds?: number;
  /** The module that measures the backend in its argument. */
  readonly script?: string;
}

const measureBackend = fileURLToPath(new URL("./measure-backend.ts", import.meta.url));

const isNative = (name: BackendName) => name.startsWith("tensorflow");

/**
 * Starts and measures a backend in a process of its own, so that one that crashes or hangs is told of like one that is
 * absent.
 */
export function surveyBackend(
  name: BackendName,
  { signal, limitSeconds = 30, script = measureBackend }: SurveyOptions = {},
): Promise<BackendReport> {
  const child = spawn(process.execPath, [script, name], {
    env: { ...process.env, EDDYFLOW_BACKEND: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, 1000 * limitSeconds);
  const stop = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", stop);
  return new Promise<BackendReport>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, killedBy) => {
      if (signal?.aborted) return reject(signal.reason);
      const remedy = isNative(name)
        ? "run `pnpm backends --verify`, which finds damaged files"
        : "use another backend";
      if (isLate)
        return resolve(absent(name, `it does not answer within ${limitSeconds} s`, remedy));
      if (code === 0) {
        return resolve(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as BackendReport);
      }
      const error = stderr.split("\n").find((line) => /^\w*Error\b/u.test(line));
      const end = killedBy ?? error ?? `code ${code}`;
      resolve(absent(name, `it ended with ${end} when it was tried`, remedy));
    });
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  });
}
