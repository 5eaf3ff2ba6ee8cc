import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { availableBackends, type BackendName } from "@eddyflow/backend";
import type { CaseResult, Outcome } from "./case.ts";
import { selectCases } from "./cases.ts";
import type { Message } from "./messages.ts";

/** What came of all cases on one backend. */
export interface BackendReport {
  readonly name: BackendName;
  readonly device: string | null;
  /** Why it cannot be used; null where it can. */
  readonly unavailable: string | null;
  readonly seconds: number;
  readonly results: readonly CaseResult[];
}

/** No case takes a second; a shader compiled in software may take some. */
const silenceMs = 60_000;
const mostCrashes = 5;

/** Where there is no graphics card, WebGPU runs on the processor: slowly, which is enough to compare values. */
const softwareAdapter = (name: BackendName): Readonly<Record<string, string>> =>
  name === "webgpu" && !availableBackends().includes("webgpu")
    ? { EDDYFLOW_WEBGPU_ADAPTER: "swiftshader" }
    : {};

interface Progress {
  device: string | null;
  unavailable: string | null;
  index: number;
  finished: boolean;
  readonly results: CaseResult[];
}

/** Runs one process until it ends; gives the reason where it did not end by itself. */
async function runProcess(
  name: BackendName,
  from: number,
  quick: boolean,
  progress: Progress,
): Promise<string | null> {
  const child = fork(
    join(import.meta.dirname, "worker.ts"),
    [name, String(from), quick ? "quick" : "all"],
    {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...softwareAdapter(name), ...process.env },
      // A vitest worker's own options are not ours.
      execArgv: [],
    },
  );
  let errors = "";
  child.stderr?.on("data", (text: Buffer) => {
    errors = (errors + text).slice(-4000);
  });
  let hung = false;
  const kill = (): void => {
    hung = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(kill, silenceMs);
  child.on("message", (message: Message) => {
    clearTimeout(timer);
    timer = setTimeout(kill, silenceMs);
    if (message.kind === "started") progress.device = message.device;
    else if (message.kind === "unavailable") progress.unavailable = message.reason;
    else if (message.kind === "begun") progress.index = message.index;
    else if (message.kind === "result") progress.results.push(message.result);
    else progress.finished = true;
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  clearTimeout(timer);
  if (progress.finished || progress.unavailable !== null) return null;
  if (hung) return `no answer for ${silenceMs / 1000} s`;
  const line = errors.split("\n").findLast((text) => /error|abort|terminate/iu.test(text));
  return `the process ended with ${signal ?? code}${line === undefined ? "" : `: ${line.trim()}`}`;
}

/** Runs the cases on one backend. A crash or a hang becomes the outcome of its case, and the next one follows. */
export async function runBackend(name: BackendName, quick: boolean): Promise<BackendReport> {
  const cases = selectCases(quick);
  const begun = performance.now();
  const progress: Progress = {
    device: null,
    unavailable: null,
    index: -1,
    finished: false,
    results: [],
  };
  for (let crashes = 0, from = 0; ; ) {
    const reason = await runProcess(name, from, quick, progress);
    if (reason === null) break;
    if (progress.index < from) {
      // It ended before its first case.
      progress.unavailable = reason;
      break;
    }
    const outcome: Outcome = { status: "crashed", reason };
    const last = ++crashes === mostCrashes ? cases.length - 1 : progress.index;
    for (const one of cases.slice(progress.index, last + 1)) {
      const { group, operation, name: caseName } = one;
      progress.results.push({
        group,
        operation,
        name: caseName,
        value: outcome,
        gradient: null,
        kernels: [],
      });
    }
    from = last + 1;
    if (from >= cases.length) break;
  }
  const { device, unavailable, results } = progress;
  return { name, device, unavailable, seconds: (performance.now() - begun) / 1000, results };
}
