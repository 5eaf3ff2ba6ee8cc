import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as launcher } from "playwright-core";

/** Why tests in a browser are skipped here, or null where there is one. */
export const noBrowser: string | null =
  process.platform === "linux" && process.arch === "x64"
    ? null
    : "@sparticuz/chromium is a browser for Linux on x64";

/** Unpacks Chromium once into the folder of temporary files, whole before it is seen. */
async function unpackChromium(): Promise<string> {
  const build = dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium"));
  const manifest = await readFile(join(dirname(build), "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(tmpdir(), `eddyflow-chromium-${version}`);
  if (!existsSync(folder)) {
    const unpacked = await mkdtemp(`${folder}-`);
    const before = process.env["TMPDIR"];
    // The package has no other way to be told where.
    process.env["TMPDIR"] = unpacked;
    try {
      await chromium.executablePath();
      await rename(unpacked, folder);
    } catch (error) {
      await rm(unpacked, { recursive: true, force: true });
      // Another process may have been first.
      if (!existsSync(folder)) throw error;
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
  }
  return join(folder, "chromium");
}

/** A headless Chromium, in which WebGPU runs on the processor. */
export async function openBrowser(): Promise<Browser> {
  return launcher.launch({
    executablePath: await unpackChromium(),
    args: [
      "--enable-unsafe-webgpu",
      "--use-webgpu-adapter=swiftshader",
      "--enable-features=Vulkan",
    ],
  });
}
