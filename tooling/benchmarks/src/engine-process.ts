import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Failure, Ready, Request } from "./protocol.ts";

export interface EngineCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** An engine in a process of its own. */
export interface EngineProcess {
  readonly name: string;
  /** What it says it is. */
  readonly about: string;
  /** From the start of the process until it was ready. */
  readonly startSeconds: number;
  /** @throws Error where the engine could not do it or has ended. */
  ask<Answer>(request: Request): Promise<Answer>;
  /** Ends the process and waits for it. */
  end(): Promise<void>;
}

/**
 * Starts an engine and waits until it is ready.
 *
 * @throws Error with the last line that it wrote to standard error, where it ends before.
 */
export async function startEngine(
  { name, command, args, env }: EngineCommand,
  signal: AbortSignal,
): Promise<EngineProcess> {
  signal.throwIfAborted();
  const begun = performance.now();
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let lastWords = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    lastWords = `${lastWords}${text}`.slice(-4000);
  });
  let startError: Error | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", (error) => {
      startError = error;
      resolve();
    });
  });
  // A write to an engine that has died is answered by its end.
  child.stdin.on("error", () => {});
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  void ended.then(() => signal.removeEventListener("abort", kill));

  // Libraries may greet on standard output: answers are the lines that begin as JSON objects do.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <Answer>(): Promise<Answer> => {
    for (;;) {
      const { value: line, done } = await lines.next();
      if (done) {
        await ended;
        signal.throwIfAborted();
        const words = lastWords.trim().split("\n").at(-1);
        throw new Error(startError?.message ?? (words ? `it ended: ${words}` : "it ended"));
      }
      if (!line.startsWith("{")) continue;
      const read = JSON.parse(line) as Answer | Failure;
      if (typeof read === "object" && read !== null && "error" in read) throw new Error(read.error);
      return read as Answer;
    }
  };
  const { ready } = await answer<Ready>();
  return {
    name,
    about: ready,
    startSeconds: (performance.now() - begun) / 1000,
    ask: (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return answer();
    },
    async end() {
      child.stdin.end();
      const patience = setTimeout(kill, 5000);
      await ended;
      clearTimeout(patience);
    },
  };
}
