import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { openBrowser } from "testing/open-browser";
import { serveFolder } from "testing/serve-folder";
import type { Failed } from "../run-group.ts";

/** What the playground loads, and how soon and how smoothly it shows something. */
export interface FirstLoad {
  readonly backend: "wasm" | "webgpu";
  readonly threads: number;
  /** Files of a first visit until the first forecast, and their bytes as they are and compressed by gzip. */
  readonly code: Bytes;
  /** Weights and manifests of the three models. */
  readonly models: Bytes;
  /** From the beginning of the navigation until the solver's field is shown; of each visit, each with an empty cache. */
  readonly firstFieldSeconds: readonly number[];
  /** And until the first state of every model is. */
  readonly firstStateSeconds: readonly number[];
  /** Frames that the page drew a second while it forecast, and the longest time between two, in milliseconds. */
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
}

interface Bytes {
  readonly raw: number;
  readonly gzip: number;
  readonly files: number;
}

export interface FirstLoadOptions {
  /** On WebAssembly; the one visit on a WebGPU that the processor plays takes as long as many. */
  readonly visits: number;
  /** Whether to visit it on WebGPU at all. */
  readonly webgpu: boolean;
  readonly seconds: number;
  /** Called after each visit. */
  readonly onVisit: (note: string) => void;
}

/**
 * Visits the page that was built in `folder` on each engine, and watches it for some seconds. An engine that shows no
 * forecast in time is left out with a reason.
 */
export async function measureFirstLoad(
  folder: string,
  { visits, webgpu, seconds, onVisit }: FirstLoadOptions,
): Promise<{ readonly loads: readonly FirstLoad[]; readonly failed: readonly Failed[] }> {
  const browser = await openBrowser();
  try {
    const results: FirstLoad[] = [];
    const failed: Failed[] = [];
    for (const [backend, isolated, times] of [
      ["wasm", true, visits],
      ["wasm", false, visits],
      ["webgpu", true, webgpu ? 1 : 0],
    ] as const) {
      if (times === 0) continue;
      const server = await serveFolder(folder, { isolated });
      try {
        const { port } = server.address() as AddressInfo;
        const address = `http://127.0.0.1:${port}/?backend=${backend}`;
        const loads: Visit[] = [];
        for (let visit = 0; visit < times; visit++) {
          loads.push(await visitPage(browser, address, visit + 1 < times ? 0 : seconds));
          onVisit(`${backend}${isolated ? ", isolated" : ""}`);
        }
        const { loaded, framesPerSecond, longestFrameMs, threads } = loads.at(-1) as Visit;
        results.push({
          backend,
          threads,
          code: sizesOf(loaded.filter(({ path }) => !path.startsWith("/models/"))),
          models: sizesOf(loaded.filter(({ path }) => path.startsWith("/models/"))),
          firstFieldSeconds: loads.map(({ firstFieldSeconds }) => firstFieldSeconds),
          firstStateSeconds: loads.map(({ firstStateSeconds }) => firstStateSeconds),
          framesPerSecond,
          longestFrameMs,
        });
      } catch (error) {
        const [reason = ""] = (error as Error).message.split("\n");
        failed.push({ group: "load", engine: backend, reason });
      } finally {
        server.close();
      }
    }
    return { loads: results, failed };
  } finally {
    await browser.close();
  }
}

interface LoadedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface Visit {
  readonly loaded: readonly LoadedFile[];
  readonly firstFieldSeconds: number;
  readonly firstStateSeconds: number;
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
  readonly threads: number;
}

const sizesOf = (files: readonly LoadedFile[]): Bytes => ({
  raw: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
  gzip: files.reduce((sum, { bytes }) => sum + gzipSync(bytes).length, 0),
  files: files.length,
});

/** Opens the page in a context of its own, whose cache is empty. */
async function visitPage(browser: Browser, address: string, watched: number): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(300_000);
    const loading: Promise<LoadedFile>[] = [];
    context.on("response", (response) => {
      const path = new URL(response.url()).pathname;
      if (response.url().startsWith("http")) {
        loading.push(response.body().then((bytes) => ({ path, bytes })));
      }
    });
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    await page.goto(address);
    await page.waitForFunction(() => document.body.dataset["lead"] !== undefined);
    const firstFieldSeconds = seconds();
    await page.waitForFunction(() => Number(document.body.dataset["lead"]) >= 1);
    const firstStateSeconds = seconds();
    const loaded = await Promise.all(loading);
    const frames = watched === 0 ? [] : await page.evaluate(watchFrames, 1000 * watched);
    const gaps = frames.slice(1).map((now, i) => now - (frames[i] as number));
    const status = (await page.locator("#status").textContent()) ?? "";
    return {
      loaded,
      firstFieldSeconds,
      firstStateSeconds,
      framesPerSecond: watched === 0 ? 0 : gaps.length / watched,
      longestFrameMs: Math.max(0, ...gaps),
      threads: Number(/(\d+) threads?/u.exec(status)?.[1] ?? 1),
    };
  } finally {
    await context.close();
  }
}

/** The times of the frames that the page draws, which are the browser's; runs in the page. */
const watchFrames = (milliseconds: number): Promise<number[]> =>
  new Promise((resolve) => {
    const times: number[] = [];
    const note = (now: number) => {
      times.push(now);
      if (now - (times[0] as number) < milliseconds) requestAnimationFrame(note);
      else resolve(times);
    };
    requestAnimationFrame(note);
  });
