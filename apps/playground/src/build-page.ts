import { fileURLToPath } from "node:url";
import { build } from "vite";

/** Where Vite is told how the page is built. */
export const configFile = fileURLToPath(new URL("../vite.config.ts", import.meta.url));

/** Builds the page for a static host, into `dist` unless told where; what was there is replaced. */
export async function buildPage(outDir?: string): Promise<void> {
  const where = outDir === undefined ? {} : { build: { outDir, emptyOutDir: true } };
  await build({ configFile, logLevel: "error", ...where });
}
