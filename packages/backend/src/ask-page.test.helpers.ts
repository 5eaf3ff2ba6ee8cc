import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Browser } from "playwright-core";

const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** How a page is served and where in it its script runs. */
export interface PageOptions {
  readonly isolated?: boolean;
  readonly inWorker?: boolean;
  /** Its Content-Security-Policy. */
  readonly policy?: string;
}

/** Opens a page whose script is `page.js` of `files`, and returns what the script posts to `/answer`. */
export async function askPage(
  browser: Browser,
  files: Readonly<Record<string, string>>,
  { isolated = false, inWorker = false, policy }: PageOptions = {},
): Promise<Record<string, unknown>> {
  let [resolve, reject] = [(_: string): void => {}, (_: Error): void => {}];
  const answer = new Promise<string>((...settle) => {
    [resolve, reject] = settle;
  });
  const html = inWorker
    ? '<script type="module">new Worker("/page.js", { type: "module" })</script>'
    : '<script type="module" src="/page.js"></script>';
  const server = createServer(async (request, response) => {
    if (isolated) response.setHeaders(new Map(Object.entries(isolation)));
    if (policy !== undefined) response.setHeader("content-security-policy", policy);
    const file = files[request.url?.slice(1) ?? ""];
    if (request.method === "POST") {
      const body = await text(request);
      response.end();
      resolve(body);
    } else if (file !== undefined) {
      response.setHeader("content-type", "text/javascript").end(file);
    } else {
      response.setHeader("content-type", "text/html").end(`<!doctype html>${html}`);
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const page = await browser.newPage();
  page.on("pageerror", reject);
  try {
    await page.goto(`http://127.0.0.1:${port}/`);
    return JSON.parse(await answer) as Record<string, unknown>;
  } finally {
    await page.close();
    server.close();
  }
}
