import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportCheckpoint } from "@eddyflow/checkpointing/node";
import { dump } from "npyjs";
import type { Browser, Page } from "playwright-core";
import { noBrowser, openBrowser } from "testing/open-browser";
import { serveFolder } from "testing/serve-folder";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { buildPage } from "./build-page.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder = "";
let browser: Browser | undefined;
const servers: Server[] = [];

beforeAll(async () => {
  if (noBrowser !== null) return;
  folder = await mkdtemp(join(tmpdir(), "eddyflow-playground-"));
  const outDir = join(folder, "dist");
  await buildPage(outDir);
  const base = "/some/path/";
  servers.push(
    await serveFolder(outDir, { isolated: false, base }),
    await serveFolder(outDir, { isolated: true, base }),
  );
  browser = await openBrowser();
}, 120_000);
beforeEach(({ skip }) => skip(noBrowser !== null, noBrowser ?? ""));
afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
  if (folder !== "") await rm(folder, { recursive: true });
}, 60_000);

/** What went wrong on the page, besides what it says itself. */
const troubles: string[] = [];

async function open(
  isolated: boolean,
  query = "",
  options: {
    readonly width?: number;
    readonly dark?: boolean;
    readonly calm?: boolean;
    readonly touch?: boolean;
  } = {},
): Promise<Page> {
  const { width = 1280, dark = false, calm = false, touch = false } = options;
  const page = await (browser as Browser).newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? "dark" : "light",
    hasTouch: touch,
    reducedMotion: calm ? "reduce" : "no-preference",
  });
  troubles.length = 0;
  page.setDefaultTimeout(90_000);
  page.on("pageerror", ({ message }) => troubles.push(message));
  page.on("console", (entry) => {
    if (entry.type() === "error") troubles.push(entry.text());
  });
  const server = servers[isolated ? 1 : 0] as Server;
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/some/path/${query}`);
  await page.waitForSelector("body[data-ready]");
  return page;
}

const lead = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.body.dataset["lead"]));
const reach = (page: Page, wanted: number): Promise<unknown> =>
  page.waitForFunction((least) => Number(document.body.dataset["lead"]) >= least, wanted);
const numbers = async (page: Page, name: string): Promise<readonly number[]> =>
  (await page.locator(`.${name}`).allTextContents()).slice(1).map(Number);
const picture = (page: Page, name: string): Promise<string> =>
  page.getByRole("img", { name }).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** What computes; the page says it with its next frame. */
const statusOf = (page: Page) => page.locator("#status").textContent();

const slow = { tags: ["slow"] };

test(
  "the page of a static host forecasts on WebAssembly, and does what its controls say",
  slow,
  async () => {
    const page = await open(false);
    await reach(page, 2);
    await expect.poll(() => statusOf(page)).toContain("WebAssembly, 1 thread");
    expect(await numbers(page, "nfe")).toEqual([8, 1, 2]);
    // Two states on, a forecast has left the solver, and is still better than none.
    for (const error of await numbers(page, "error")) {
      expect(error).toBeGreaterThan(0.1);
      expect(error).toBeLessThan(1);
    }
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Play" }).waitFor();
    await page.getByRole("button", { name: "Restart forecasts" }).click();
    await page.waitForFunction(() => document.body.dataset["lead"] === "0");
    await page.waitForTimeout(700);
    expect(await lead(page)).toBe(0);
    const before = await picture(page, "Field: Teacher");
    await page.keyboard.press("d");
    await page.waitForTimeout(100);
    expect(await picture(page, "Field: Teacher")).not.toBe(before);
    await page.getByRole("combobox", { name: "Steps of Teacher" }).selectOption("2");
    await page.waitForFunction(() => document.querySelectorAll(".nfe")[1]?.textContent === "4");
    await page.getByRole("radio", { name: "Spread" }).check({ force: true });
    await page.getByRole("button", { name: "New state" }).click();
    await page.getByRole("button", { name: "Play" }).click();
    await reach(page, 1);
    expect(await page.getByRole("alert").isHidden()).toBe(true);
    expect(troubles).toEqual([]);
    await page.close();
  },
);

test(
  "it has threads where it is cross-origin isolated, and holds no more tensors from state to state",
  slow,
  async () => {
    const page = await open(true, "?backend=wasm", { width: 390, dark: true });
    await reach(page, 1);
    await expect.poll(() => statusOf(page)).toMatch(/WebAssembly, [234] threads/u);
    const tensors = () => page.evaluate(() => document.body.dataset["tensors"]);
    const first = await tensors();
    await reach(page, 4);
    expect(await tensors()).toBe(first);
    // On a phone nothing is cut off.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(troubles).toEqual([]);
    await page.close();
  },
);

test(
  "it takes a state and a checkpoint of one's own, and says in a line what it cannot take",
  slow,
  async () => {
    const page = await open(true, "?backend=wasm");
    await page.keyboard.press("Space");
    const input = page.locator("#files");
    const wave = Float32Array.from(
      { length: 64 * 64 },
      (_, i) => 8 * Math.sin((2 * Math.PI * (i % 64)) / 64),
    );
    const npy = (values: Float32Array, shape: number[]) => Buffer.from(dump(values, shape));
    const give = (name: string, buffer: Buffer) =>
      input.setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    const before = await picture(page, "Field: Solver");
    await give("wave.npy", npy(wave, [64, 64]));
    await page.waitForFunction(() => document.body.dataset["lead"] === "0");
    await expect.poll(() => picture(page, "Field: Solver")).not.toBe(before);

    const alert = page.getByRole("alert");
    await give("line.npy", npy(wave, [4096]));
    await alert.waitFor();
    expect(await alert.textContent()).toContain("line.npy has the shape 4096; expected");
    await give("notes.txt", Buffer.from("x"));
    await expect
      .poll(() => alert.textContent())
      .toContain("notes.txt is neither a model nor a state");

    const model = join(root, "public/models/single_step");
    const files = await Promise.all(
      ["manifest.json", "average.safetensors"].map(async (name) => ({
        name,
        mimeType: "application/octet-stream",
        buffer: await readFile(join(model, name)),
      })),
    );
    await input.setInputFiles(
      files.map((file, i) => (i === 0 ? file : { ...file, buffer: file.buffer.subarray(8) })),
    );
    await expect.poll(() => alert.textContent()).toContain("average.safetensors has 672656 bytes");
    await input.setInputFiles(files);
    await page.getByRole("heading", { name: "Yours" }).waitFor();
    await expect.poll(() => numbers(page, "nfe")).toEqual([8, 1, 2, 1]);
    expect(await alert.isHidden()).toBe(true);
    expect(troubles).toEqual([]);
    await page.close();
  },
);

test(
  "it takes states and exported checkpoints that are dragged onto it, and a mouse or a finger draws on every field",
  slow,
  async () => {
    const page = await open(true, "?backend=wasm", { width: 390, calm: true, touch: true });
    const devtools = await page.context().newCDPSession(page);
    const drag = async (...files: string[]) => {
      const data = { items: [], files, dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver"] as const) {
        await devtools.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
      }
      expect(await page.locator("body.dropping").count()).toBe(1);
      await devtools.send("Input.dispatchDragEvent", { type: "drop", x: 300, y: 300, data });
      expect(await page.locator("body.dropping").count()).toBe(0);
    };
    const state = join(folder, "wave.npy");
    const wave = Float32Array.from({ length: 32 * 32 }, (_, i) => 8 * Math.sin((Math.PI * i) / 16));
    await writeFile(state, Buffer.from(dump(wave, [32, 32])));
    const before = await picture(page, "Field: Solver");
    await drag(state);
    await expect.poll(() => picture(page, "Field: Solver")).not.toBe(before);

    const exported = join(folder, "exported");
    await exportCheckpoint(join(root, "public/models/trajectory"), exported, { precision: "half" });
    await drag(exported);
    await page.getByRole("heading", { name: "Yours" }).waitFor();
    await expect.poll(() => numbers(page, "nfe")).toEqual([8, 1, 2, 2]);
    const single = join(folder, "single");
    await exportCheckpoint(join(root, "public/models/single_step"), single);
    await drag(...(await readdir(single)).map((name) => join(single, name)));
    await expect.poll(() => numbers(page, "nfe")).toEqual([8, 1, 2, 1]);
    await drag(join(root, "package.json"));
    await expect
      .poll(() => page.getByRole("alert").textContent())
      .toContain("package.json is neither a model nor a state");

    const fields = ["Field: Solver", "Field: Teacher", "Field: Student, two jumps"];
    const pictures = () => Promise.all(fields.map((name) => picture(page, name)));
    let last = await pictures();
    const drawn = async () => {
      const before = last;
      await expect
        .poll(async () => {
          last = await pictures();
          return last.filter((now, i) => now === before[i]);
        })
        .toEqual([]);
    };
    const box = async (name: string) => {
      const canvas = page.getByRole("img", { name });
      await canvas.scrollIntoViewIfNeeded();
      return (await canvas.boundingBox()) as { x: number; y: number; width: number };
    };
    const twoFrames = () =>
      page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    const { x, y, width } = await box("Field: Teacher");
    await page.mouse.move(x + 0.2 * width, y + 0.5 * width);
    await page.mouse.down();
    await drawn();
    await page.mouse.move(x + 0.8 * width, y + 0.5 * width, { steps: 5 });
    await drawn();
    await page.mouse.up();
    await twoFrames();
    last = await pictures();
    await page.mouse.click(x + 0.5 * width, y + 0.2 * width, { button: "right" });
    await twoFrames();
    expect(await pictures()).toEqual(last);

    const touch = (
      type: "touchStart" | "touchMove" | "touchEnd",
      points: readonly [number, number][],
    ) =>
      devtools.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([left, top], id) => ({ x: left, y: top, id })),
      });
    const own = await box("Field: Solver");
    const scrolled = await page.evaluate(() => scrollY);
    await touch("touchStart", [[own.x + 0.5 * own.width, own.y + 0.8 * own.width]]);
    await drawn();
    await touch("touchMove", [[own.x + 0.5 * own.width, own.y + 0.5 * own.width]]);
    await touch("touchMove", [[own.x + 0.5 * own.width, own.y + 0.2 * own.width]]);
    await drawn();
    await touch("touchEnd", []);
    // A finger on a field does not scroll the page.
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    expect(troubles).toEqual([]);
    await page.close();
  },
);

test(
  "it forecasts on the browser's WebGPU, and waits for whoever wants less motion",
  slow,
  async () => {
    const page = await open(false, "?backend=webgpu", { calm: true });
    await page.getByRole("combobox", { name: "Members" }).selectOption("1");
    await page.getByRole("combobox", { name: "Method of Teacher" }).selectOption("euler");
    await page.getByRole("combobox", { name: "Steps of Teacher" }).selectOption("1");
    await page.waitForFunction(() => document.querySelectorAll(".nfe")[1]?.textContent === "1");
    expect(await lead(page)).toBe(0);
    await page.getByRole("button", { name: "Play" }).click();
    await reach(page, 1);
    await expect.poll(() => statusOf(page)).toContain("WebGPU");
    for (const error of await numbers(page, "error")) expect(error).toBeLessThan(1);
    expect(troubles).toEqual([]);
    await page.close();
  },
);

test("an engine that the page does not have is named, and the fastest is taken", slow, async () => {
  const page = await open(false, "?backend=tensorflow", { calm: true });
  const alert = await page.getByRole("alert").textContent();
  expect(alert).toContain('no backend "tensorflow" in a browser');
  expect(await page.locator("#engine").inputValue()).toBe("auto");
  await page.getByRole("button", { name: "Play" }).click();
  await reach(page, 1);
  await page.close();
});
