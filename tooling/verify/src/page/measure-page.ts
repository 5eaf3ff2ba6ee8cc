import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildPage } from "playground/build-page";
import { openBrowser } from "testing/open-browser";
import { serveFolder } from "testing/serve-folder";
import { driftOf, isUpward } from "../training/slope.ts";
import type { TrainingCheck } from "../training/training-check.ts";
import { memoryBelow } from "./process-memory.ts";
import { type ScriptMemory, scriptMemoryOf } from "./script-memory.ts";

export interface PageOptions {
  /** How long it is watched. */
  readonly seconds: number;
  /** Of its models: "wasm" or "webgpu". */
  readonly backend: string;
  readonly signal: AbortSignal;
  /** In seconds. */
  readonly onProgress: (done: number, total: number) => void;
}

interface Sample extends ScriptMemory {
  /** Seconds since the page was ready. */
  readonly at: number;
  /** MiB of all processes of the browser. */
  readonly browser: number;
  /** Tensors of the models' worker. */
  readonly tensors: number;
  /** States since the forecasts began; they begin again by themselves. */
  readonly lead: number;
}

/** Time until memory has settled, which does not count. */
const settlingShare = 0.2;
const blocks = 16;

async function sampled({
  seconds,
  backend,
  signal,
  onProgress,
}: PageOptions): Promise<readonly Sample[]> {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-page-"));
  const samples: Sample[] = [];
  try {
    await buildPage(folder);
    const server = await serveFolder(folder, { isolated: true });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      page.setDefaultTimeout(300_000);
      const scriptMemory = await scriptMemoryOf(page);
      const { port } = server.address() as AddressInfo;
      await page.goto(`http://127.0.0.1:${port}/?backend=${backend}`);
      await page.waitForSelector("body[data-ready]");
      const start = performance.now();
      for (;;) {
        const at = (performance.now() - start) / 1000;
        if (at > seconds) return samples;
        signal.throwIfAborted();
        const told = (await page.evaluate("({ ...document.body.dataset })")) as Record<
          string,
          string
        >;
        samples.push({
          at,
          ...(await scriptMemory()),
          browser: memoryBelow(process.pid),
          tensors: Number(told["tensors"]),
          lead: Number(told["lead"]),
        });
        onProgress(at, seconds);
        await sleep(1000);
      }
    } finally {
      await browser.close();
      server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the memory of the playground's page grows while it forecasts. */
export async function measurePage(options: PageOptions): Promise<TrainingCheck> {
  const { seconds, backend } = options;
  const samples = await sampled(options);
  const settled = samples.filter(({ at }) => at > settlingShare * seconds);
  if (settled.length < 2 * blocks) {
    throw new Error(`${settled.length} samples in ${seconds} s are too few to measure a drift`);
  }
  const wrong: string[] = [];
  const figures = (["heap", "buffers", "browser", "tensors"] as const).map((kind) => {
    const points = settled.map(({ at, ...of }) => ({ x: at / 60, y: of[kind] }));
    const drift = driftOf(points, blocks);
    const [value, error] = [drift.value, drift.standardError].map((each) => each.toPrecision(2));
    const unit = kind === "tensors" ? "" : " MiB";
    const [first, last] = [points.at(0)?.y ?? Number.NaN, points.at(-1)?.y ?? Number.NaN];
    const text = `${kind} ${value} ± ${error}${unit} a minute (${first.toPrecision(4)} at first, ${last.toPrecision(4)} at the end)`;
    if (isUpward(drift)) wrong.push(`memory grows: ${text}`);
    return text;
  });
  const states = samples.filter(({ lead }, i) => lead !== samples[i - 1]?.lead).length - 1;
  // A page that stands still holds its memory.
  if (states < 1) wrong.push("the page forecast nothing");
  return {
    name: `the playground on ${backend} for ${(seconds / 60).toFixed(1)} minutes`,
    ok: wrong.length === 0,
    figures: `${figures.join(", ")}; ${states} states seen`,
    wrong,
  };
}
