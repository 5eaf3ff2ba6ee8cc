import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { expect } from "vitest";

/** A page with one script, as a bundler for browsers makes it: all in one file. */
export async function bundlePage(source: string): Promise<string> {
  const entry = "virtual:page";
  const result = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === entry ? join(import.meta.dirname, "page.js") : undefined),
        load: (id) => (id.endsWith("page.js") ? source : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      target: "esnext",
      rolldownOptions: { input: entry, output: { codeSplitting: false } },
    },
  });
  const { output } = result as Rolldown.RolldownOutput;
  expect(output).toHaveLength(1);
  return output[0].code;
}
