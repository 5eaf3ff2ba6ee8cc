import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { noBrowser, openBrowser } from "testing/open-browser";
import { build, preview } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocksOf, packagesIn } from "./example.ts";
import { guideExamples, readGuides } from "./guides.ts";
import { root } from "./structure/workspace.ts";

let folder = "";
beforeAll(async () => {
  // Inside the checkout, so that an import means what it means to a script of one's own there.
  folder = await mkdtemp(join(root, "own-guides-"));
});
afterAll(() => rm(folder, { recursive: true }));

const webPage = readGuides().find(({ name }) => name === "web-page.md")?.text ?? "";
const blockOf = (language: string, at = 0) => blocksOf(webPage, language)[at] ?? "";

test("the example of a guide prints what it says", { tags: ["slow"] }, async () => {
  const examples = guideExamples();
  expect(examples).not.toHaveLength(0);
  const files = examples.map(({ file }) => join(folder, file));
  for (const [i, { code }] of examples.entries()) await writeFile(files[i] as string, code);
  const script = join(import.meta.dirname, "run-examples.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...files]);
  const outcomes = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  for (const [i, { printed }] of examples.entries()) {
    expect.soft(outcomes[files[i] as string]).toEqual({ lines: printed, error: null });
  }
});

test("the web page's guide installs what its page imports", () => {
  const [install = ""] = blockOf("sh", 1).split("\n");
  expect(install).toMatch(/^npm install /u);
  expect(install.split(" ").slice(2).sort()).toEqual(
    [...packagesIn(blockOf("ts")), "@tensorflow/tfjs-core"].sort(),
  );
});

test("the page of the guide forecasts in a browser, with threads by the headers of its configuration", {
  tags: ["slow"],
}, async ({ skip }) => {
  skip(noBrowser !== null, noBrowser ?? "");
  const page = join(folder, "page");
  const model = join(page, "public/model");
  await mkdir(model, { recursive: true });
  await cp(join(root, "apps/playground/public/models/single_step"), model, { recursive: true });
  await writeFile(join(page, "index.html"), blockOf("html"));
  await writeFile(join(page, "main.ts"), blockOf("ts"));
  await writeFile(join(page, "vite.config.ts"), blockOf("ts", 1));
  const configFile = join(page, "vite.config.ts");
  await build({ root: page, configFile, logLevel: "error" });
  const server = await preview({ root: page, configFile, preview: { port: 0 } });
  const browser = await openBrowser();
  try {
    const tab = await browser.newPage();
    const troubles: string[] = [];
    tab.on("pageerror", ({ message }) => troubles.push(message));
    await tab.goto(server.resolvedUrls?.local[0] ?? "");
    const line = tab.locator("p", { hasText: /^step [2-9]/u });
    await line.waitFor({ timeout: 60_000 }).catch(() => {});
    expect(troubles).toEqual([]);
    expect(await line.textContent()).toMatch(/1 evaluations each, on wasm, threads: [2-9]/u);
    const pixels =
      'document.querySelector("canvas").getContext("2d").getImageData(0, 0, 32, 32).data';
    expect(await tab.evaluate<number>(`new Set(${pixels}).size`)).toBeGreaterThan(20);
  } finally {
    await browser.close();
    await server.close();
  }
});
