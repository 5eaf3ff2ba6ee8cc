import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundlePage } from "./bundle-page.test.helpers.ts";

/** One convolution by @eddyflow/ops on the browser's WebGPU, and what useBackend says. */
const page = `
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

const hasBrowser = process.platform === "linux" && process.arch === "x64";

test.runIf(process.env["EDDYFLOW_BACKEND"] === "webgpu" && hasBrowser)(
  "a page that is bundled for a browser holds nothing of Node's and computes on the browser's WebGPU",
  async () => {
    const code = await bundlePage(page);
    expect(code).not.toMatch(/["']node:|createRequire|tfjs_binding/u);

    const { default: chromium } = await import("@sparticuz/chromium");
    const profile = await mkdtemp(join(tmpdir(), "eddyflow-browser-"));
    let answered = (_: string): void => {};
    const answer = new Promise<string>((resolve) => {
      answered = resolve;
    });
    const server = createServer((request, response) => {
      if (request.url === "/answer") {
        let body = "";
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          response.end();
          answered(body);
        });
      } else if (request.url === "/page.js") {
        response.setHeader("content-type", "text/javascript").end(code);
      } else {
        response.setHeader("content-type", "text/html");
        response.end('<!doctype html><script type="module" src="/page.js"></script>');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const browser = spawn(
      await chromium.executablePath(),
      [
        "--headless",
        "--no-sandbox",
        "--enable-unsafe-webgpu",
        "--use-webgpu-adapter=swiftshader",
        "--enable-features=Vulkan",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        `--user-data-dir=${profile}`,
        `http://127.0.0.1:${port}/`,
      ],
      { stdio: "ignore", timeout: 50_000, killSignal: "SIGKILL" },
    );
    const ended = new Promise<string>((resolve) => {
      browser.once("close", () => resolve('{"error":"the browser ended without an answer"}'));
    });
    try {
      const { name, device, refusal, values, error } = JSON.parse(
        await Promise.race([answer, ended]),
      );
      expect(error).toBeUndefined();
      expect(name).toBe("webgpu");
      expect(device).not.toBe("");
      expect(refusal).toContain('no backend "tensorflow" in a browser; expected auto, webgpu, cpu');
      expect(values).toEqual([4321.5]);
    } finally {
      browser.kill("SIGKILL");
      await ended;
      server.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);
