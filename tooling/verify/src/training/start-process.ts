import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A program at work, in a process group of its own. */
export interface Started {
  readonly child: ChildProcess;
  /** Whether it has said anything yet: it is past loading its code. */
  hasSpoken(): boolean;
  /** Ends the whole group at once, without a word; false where it had ended by itself. */
  kill(): boolean;
  /** Its exit code, null where it was killed, and all that it said. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where its output goes: a file descriptor; a pipe that is read unless given. */
  readonly stdout?: number;
}

/** Starts a program whose output is read. */
export function startProcess(
  program: string,
  words: readonly string[],
  { cwd, env = {}, stdout }: StartOptions = {},
): Started {
  const child = spawn(program, [...words], {
    stdio: ["ignore", stdout ?? "pipe", "pipe"],
    detached: true,
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return {
    child,
    hasSpoken: () => said !== "",
    kill: () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
        return false;
      }
      try {
        process.kill(-child.pid, "SIGKILL");
        return true;
      } catch {
        // It has ended, and Node has not been told yet.
        return false;
      }
    },
    ended: once(child, "close").then(([code]) => ({ code: code as number | null, said })),
  };
}
