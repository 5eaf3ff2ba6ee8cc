import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
};

export interface ServeOptions {
  /** Whether pages are cross-origin isolated, so that they may have threads. */
  readonly isolated: boolean;
  /** The address below which the folder lies, with a slash at either end. */
  readonly base?: string;
}

/** A static host of a folder on a free port, which sets no header but the type, or those of isolation too. */
export async function serveFolder(
  folder: string,
  { isolated, base = "/" }: ServeOptions,
): Promise<Server> {
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://host");
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    const file = path === "" ? "index.html" : path;
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    await readFile(join(folder, file)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}
