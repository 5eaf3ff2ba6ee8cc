import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as esbuild, transform } from "esbuild";
import { build, type Rolldown } from "vite";
import { expect } from "vitest";
import webpack from "webpack";

/** A page with one script, as Vite makes it: all in one file. */
export async function bundlePage(source: string, minify = false): Promise<string> {
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
      minify,
      target: "esnext",
      rolldownOptions: { input: entry, output: { codeSplitting: false } },
    },
  });
  const { output } = result as Rolldown.RolldownOutput;
  expect(output).toHaveLength(1);
  return output[0].code;
}

async function byEsbuild(contents: string): Promise<Record<string, string>> {
  const { outputFiles } = await esbuild({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return { "page.js": outputFiles[0]?.text ?? "" };
}

async function byWebpack(source: string): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-webpack-"));
  try {
    const compiler = webpack({
      mode: "production",
      // Its own minifier takes ten seconds.
      optimization: { minimize: false },
      context: import.meta.dirname,
      entry: `data:text/javascript,${encodeURIComponent(source)}`,
      experiments: { outputModule: true },
      output: { path: folder, filename: "page.js", module: true },
      module: {
        rules: [
          {
            test: /\.ts$/u,
            use: fileURLToPath(import.meta.resolve("./strip-types.test.helpers.ts")),
          },
        ],
      },
      performance: false,
    });
    await new Promise<void>((resolve, reject) => {
      compiler.run((error, stats) => {
        if (error) reject(error);
        else if (stats?.hasErrors()) reject(new Error(stats.toString("errors-only")));
        else compiler.close(() => resolve());
      });
    });
    const names = await readdir(folder);
    const files = names.map(async (name) => {
      const { code } = await transform(await readFile(join(folder, name), "utf8"), {
        minify: true,
        format: "esm",
      });
      return [name, code];
    });
    return Object.fromEntries(await Promise.all(files));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Minified bundles of a page's script, `page.js` and what it loads, by the name of the bundler. */
export const bundlers: Readonly<
  Record<string, (source: string) => Promise<Record<string, string>>>
> = {
  Vite: async (source) => ({ "page.js": await bundlePage(source, true) }),
  esbuild: byEsbuild,
  webpack: byWebpack,
};
