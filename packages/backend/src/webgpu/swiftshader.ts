import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { BackendError, systemError } from "@eddyflow/core";

const here = createRequire(import.meta.url);
const fromProject = createRequire(join(process.cwd(), "package.json"));

/** A Vulkan loader and the processor's driver for it. */
export interface SoftwareVulkan {
  readonly loader: string;
  /** The description of the driver, for `VK_ICD_FILENAMES`. */
  readonly driver: string;
}

/** The package that brings SwiftShader, or null. */
function findArchive(): { readonly path: string; readonly version: string } | null {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  for (const require of [here, fromProject]) {
    try {
      const folder = dirname(dirname(require.resolve("@sparticuz/chromium")));
      const path = join(folder, "bin", "swiftshader.tar.br");
      const manifest = readFileSync(join(folder, "package.json"), "utf8");
      if (existsSync(path))
        return { path, version: (JSON.parse(manifest) as { version: string }).version };
    } catch {}
  }
  return null;
}

/** The nearest `.tools` of this folder or one above it, else a folder of the user's. */
function cacheFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, ".tools");
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return join(homedir(), ".cache", "eddyflow");
  }
}

/** Whether {@link unpackSwiftShader} can give something. */
export const hasSwiftShader = (): boolean => findArchive() !== null;

/**
 * SwiftShader, which lets WebGPU compute on the processor: slowly, for tests. It is inside the npm package
 * `@sparticuz/chromium` and is unpacked once.
 *
 * @throws BackendError where that package is not installed.
 */
export function unpackSwiftShader(): SoftwareVulkan {
  const archive = findArchive();
  if (archive === null) {
    throw new BackendError({
      problem: "SwiftShader is not installed",
      expected: "the npm package @sparticuz/chromium, on Linux on x64",
      remedy: "install that package, or use another adapter or backend",
    });
  }
  const folder = join(cacheFolder(), `swiftshader-${archive.version}`);
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    const unpacked = mkdtempSync(`${folder}-`);
    try {
      const input = brotliDecompressSync(readFileSync(archive.path));
      execFileSync("tar", ["-x", "-C", unpacked], { input });
      renameSync(unpacked, folder);
    } catch (cause) {
      rmSync(unpacked, { recursive: true, force: true });
      // Another process may have been first.
      if (!existsSync(folder)) {
        const refused = systemError(cause);
        const { code, message } = cause as NodeJS.ErrnoException;
        const lacksTar = code === "ENOENT";
        throw new BackendError({
          problem: `SwiftShader cannot be unpacked into ${dirname(folder)}: ${refused?.problem ?? message.split("\n")[0]}`,
          expected: refused?.expected ?? (lacksTar ? "the program tar" : "a whole archive"),
          remedy:
            refused?.remedy ??
            (lacksTar
              ? "install tar"
              : "install @sparticuz/chromium again, or use another backend"),
          cause,
        });
      }
    }
  }
  return {
    loader: join(folder, "libvulkan.so.1"),
    driver: join(folder, "vk_swiftshader_icd.json"),
  };
}
