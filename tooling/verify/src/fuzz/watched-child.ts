import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DamagedAnswer, Request, WholeAnswer } from "./protocol.ts";

/** Why a child did not answer. */
export interface Ended {
  readonly ended: string;
}

interface Limits {
  /** Of processor time. */
  readonly seconds: number;
  /** Megabytes in memory at once. */
  readonly memory: number;
}

/** A process that reads damaged files, and is ended where it hangs or takes too much memory. */
export interface WatchedChild {
  whole(kind: string, folder: string): Promise<WholeAnswer | Ended>;
  damaged(number: number, seed: number, limits: Limits): Promise<DamagedAnswer | Ended>;
  close(): void;
}

/** What Linux tells of a process; null elsewhere, and for one that has ended. */
function statusOf(pid: number): { readonly seconds: number; readonly memory: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Fields 14, 15 and 24 of proc(5), of which two are cut off: ticks of 10 ms, and pages of 4 KiB.
    const [user, system, pages] = [11, 12, 21].map((at) => Number(fields[at]));
    return { seconds: (Number(user) + Number(system)) / 100, memory: Number(pages) / 256 };
  } catch {
    return null;
  }
}

/** One that waits for ever uses no processor; this long it may wait where others use the machine. */
const mostWaiting = 20;
const pollMilliseconds = 50;

function watch<Answer>(
  child: ChildProcess,
  request: Request,
  { seconds, memory }: Limits,
): Promise<Answer | Ended> {
  return new Promise((resolve) => {
    const pid = child.pid as number;
    const begin = performance.now();
    const first = statusOf(pid);
    const done = (answer: Answer | Ended) => {
      clearInterval(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(answer);
    };
    const end = (ended: string) => {
      child.kill("SIGKILL");
      done({ ended });
    };
    const onMessage = (answer: unknown) => done(answer as Answer);
    const onExit = (code: number | null, signal: string | null) =>
      done({ ended: `the process ended with ${signal ?? code}` });
    const timer = setInterval(() => {
      const waited = (performance.now() - begin) / 1000;
      const status = statusOf(pid);
      const used = first === null || status === null ? waited : status.seconds - first.seconds;
      if (used > seconds) end(`no answer after ${seconds} s`);
      else if (waited > Math.max(mostWaiting, seconds))
        end(`no answer after ${mostWaiting} s of waiting`);
      else if ((status?.memory ?? 0) > memory) end(`more than ${Math.round(memory)} MB`);
    }, pollMilliseconds);
    child.on("message", onMessage);
    child.on("exit", onExit);
    if (child.connected) child.send(request, (error) => error && end(String(error)));
    else done({ ended: "the process has ended" });
  });
}

/**
 * Starts a child; what it writes to its error output is kept for `ended`.
 *
 * @param module - the URL of a module that exports `kinds`.
 */
export function watchedChild(module: string): WatchedChild {
  const child = fork(fileURLToPath(new URL("./child.ts", import.meta.url)), [module], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: ["--max-old-space-size=512"],
  });
  let said = "";
  child.stderr?.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-1000);
  });
  const told = async <Answer>(answer: Promise<Answer | Ended>): Promise<Answer | Ended> => {
    const found = await answer;
    return "ended" in (found as object)
      ? { ended: `${(found as Ended).ended} ${said}`.trim() }
      : found;
  };
  const patience = { seconds: 120, memory: 4096 };
  return {
    whole: (kind, folder) => told(watch<WholeAnswer>(child, { kind, folder }, patience)),
    damaged: (number, seed, limits) => told(watch<DamagedAnswer>(child, { number, seed }, limits)),
    close: () => child.kill("SIGKILL"),
  };
}
