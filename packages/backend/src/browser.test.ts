import type { Browser } from "playwright-core";
import { noBrowser, openBrowser } from "testing/open-browser";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { askPage } from "./ask-page.test.helpers.ts";
import { bundlePage } from "./bundle-page.test.helpers.ts";

/** One convolution by @eddyflow/ops on the browser's WebGPU, and what useBackend says. */
const source = `
import { useBackend } from "@eddyflow/backend";
import { convolution } from "@eddyflow/ops";
import { tensor } from "@tensorflow/tfjs-core";
let answer;
try {
  const { name, device } = await useBackend("webgpu");
  const refusal = await useBackend("tensorflow").catch((error) => error.message);
  const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
  const y = convolution(x, tensor([1, 10, 100, 1000], [2, 2, 1, 1]), tensor([0.5]));
  answer = { name, device, refusal, values: Array.from(await y.data()) };
} catch (error) {
  answer = { error: String(error) };
}
await fetch("/answer", { method: "POST", body: JSON.stringify(answer) });
`;

describe.runIf(process.env["EDDYFLOW_BACKEND"] === "webgpu")("WebGPU", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (noBrowser === null) browser = await openBrowser();
  }, 60_000);
  beforeEach(({ skip }) => skip(noBrowser !== null, noBrowser ?? ""));
  afterAll(() => browser?.close(), 60_000);

  test("a page that is bundled for a browser holds nothing of Node's and computes on the browser's WebGPU", async () => {
    const code = await bundlePage(source);
    expect(code).not.toMatch(/["']node:|createRequire|tfjs_binding/u);
    const { name, device, refusal, values, error } = await askPage(browser as Browser, {
      "page.js": code,
    });
    expect(error).toBeUndefined();
    expect(name).toBe("webgpu");
    expect(device).not.toBe("");
    expect(refusal).toContain(
      'no backend "tensorflow" in a browser; expected auto, webgpu, wasm, cpu',
    );
    expect(values).toEqual([4321.5]);
  });
});
