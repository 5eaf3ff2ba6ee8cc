import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface RunToolOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** How a tool ended: `code` is null where it does not exist or was ended by a signal. */
export interface ToolResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** "ENOENT" where it does not exist, "SIGILL" and the like where a signal ended it. */
  readonly cause: string | null;
}

/** Runs a program without a shell and waits for its end. Rejects only where `signal` aborts it. */
export async function runTool(
  command: readonly [string, ...string[]],
  { env = {}, signal }: RunToolOptions = {},
): Promise<ToolResult> {
  const [program, ...args] = command;
  try {
    const { stdout, stderr } = await run(program, args, {
      env: { ...process.env, ...env },
      maxBuffer: 1 << 26,
      signal,
    });
    return { code: 0, stdout, stderr, cause: null };
  } catch (error) {
    signal?.throwIfAborted();
    const {
      code,
      stdout,
      stderr,
      signal: killed,
    } = error as {
      code?: number | string | null;
      stdout?: string;
      stderr?: string;
      signal?: string | null;
    };
    return {
      code: typeof code === "number" ? code : null,
      stdout: stdout ?? "",
      stderr: stderr ?? "",
      cause: typeof code === "string" ? code : (killed ?? null),
    };
  }
}

/** The last line that is not blank: where most tools say what went wrong. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
