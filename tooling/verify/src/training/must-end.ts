import type { Started } from "./start-process.ts";

/**
 * Waits for the end of a program.
 *
 * @throws an Error where it failed.
 */
export async function mustEnd(what: string, started: Started): Promise<void> {
  const { code, said } = await started.ended;
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${said}`);
}
