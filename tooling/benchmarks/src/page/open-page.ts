import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { openBrowser } from "testing/open-browser";
import type { PageAnswers } from "./in-page.ts";
import type { LibraryName } from "./plan.ts";

const require = createRequire(import.meta.url);
const folderOf = (name: string): string => join(dirname(require.resolve(`${name}/package.json`)));
const ortFolder = join(dirname(require.resolve("onnxruntime-web")), "..", "dist");

/** Folders of the server by the beginnings of their addresses. */
const folders: Readonly<Record<string, string>> = {
  "tfjs-core": join(folderOf("@tensorflow/tfjs-core"), "dist"),
  tfjs: join(folderOf("@tensorflow/tfjs-backend-wasm"), "dist"),
  ort: ortFolder,
};
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Peers come as their makers ship them: a bundle would break the workers of tfjs, and find no WebAssembly of onnxruntime. */
// esbuild reads these expressions as those of Go, which know no flag u.
const asShipped = (library: LibraryName): Plugin => ({
  name: "as-shipped",
  setup({ onResolve, onLoad }) {
    if (library === "tfjs-wasm") {
      onResolve({ filter: /^@tensorflow\/tfjs-(core|backend-wasm)$/ }, ({ path }) => ({
        path,
        namespace: "global",
      }));
      onLoad({ filter: /.*/, namespace: "global" }, ({ path }) => ({
        contents: `module.exports = globalThis.tf${path.endsWith("wasm") ? ".wasm" : ""}`,
      }));
    }
    onResolve({ filter: /^onnxruntime-web$/ }, () => ({
      path: `/ort/ort.${library === "onnxruntime-webgpu" ? "webgpu" : "wasm"}.min.mjs`,
      external: true,
    }));
  },
});

async function bundle(library: LibraryName): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { start } from "./libraries/${library}.ts";
        import { answerInPage } from "./in-page.ts";
        answerInPage(start);
      `,
      resolveDir: import.meta.dirname,
    },
    plugins: [asShipped(library)],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** A page of a browser of its own, and the functions that it answers to. */
export interface OpenedPage {
  readonly ask: PageAnswers;
  /** From now on its next work finds its files in this folder. */
  offer(folder: string): void;
  close(): Promise<void>;
}

/**
 * Opens a page with a library. Where it has one thread, it is served without the headers that isolate it: our threads are
 * as many as such a page has.
 */
export async function openPage(library: LibraryName, threads: number): Promise<OpenedPage> {
  const script = await bundle(library);
  const stock = ["tfjs-core/tf-core", "tfjs/tf-backend-wasm"];
  const scripts =
    library === "tfjs-wasm" ? stock.map((name) => `<script src="/${name}.min.js"></script>`) : [];
  const html = `<!doctype html>${scripts.join("")}<script type="module" src="/page.js"></script>`;
  const works: string[] = [];
  const server = createServer(({ url = "/" }, response) => {
    if (threads > 1) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    const [, first = "", ...rest] = url.split("/");
    const name = rest.at(-1) ?? "";
    const file =
      first === "work"
        ? join(works[Number(rest[0])] ?? "", name)
        : join(folders[first] ?? "", name);
    if (first === "") response.setHeader("content-type", "text/html").end(html);
    else if (first === "page.js") response.setHeader("content-type", "text/javascript").end(script);
    else if (existsSync(file) && (first === "work" || first in folders)) {
      response.setHeader("content-type", types[extname(name)] ?? "application/octet-stream");
      createReadStream(file).pipe(response);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await openBrowser();
  const page = await browser.newPage();
  if (library === "tfjs-wasm" && threads > 1) {
    // It takes half of the processors that it is told of.
    await page.addInitScript((count) => {
      Object.defineProperty(navigator, "hardwareConcurrency", { value: count });
    }, 2 * threads);
  }
  let trouble = "";
  page.on("pageerror", ({ message }) => {
    trouble = message;
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page
    .waitForFunction(() => "benchmark" in globalThis)
    .catch((error: unknown) => {
      throw trouble === "" ? error : new Error(trouble);
    });
  const asked =
    (name: keyof PageAnswers) =>
    (...given: readonly unknown[]) =>
      page.evaluate(
        ([own, values]) =>
          (
            globalThis as never as { benchmark: Record<string, (...all: unknown[]) => unknown> }
          ).benchmark[own as string]?.(...(values as unknown[])),
        [name, given],
      );
  return {
    ask: {
      start: asked("start"),
      prepare: asked("prepare"),
      time: asked("time"),
    } as unknown as PageAnswers,
    offer: (folder) => works.push(folder),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
