import { runStep } from "demo";
import type { Work } from "./work.ts";

/** Runs an app to its end and gives its exit code, and all that it wrote, of which nothing is shown. */
export async function runQuietly(
  step: { readonly app: Work["app"]; readonly args: readonly string[] },
  { root, signal }: { readonly root: string; readonly signal: AbortSignal },
): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  const onText = (more: string) => {
    text += more;
  };
  const code = await runStep(step, { root, laterSeconds: 0, signal, onText });
  return { code, text };
}
