import { defineConfig } from "vite";

/** With these a page may share memory between threads. */
const headers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

export default defineConfig({
  root: import.meta.dirname,
  // So that dist works below any path.
  base: "./",
  build: { target: "es2023", chunkSizeWarningLimit: 1500 },
  worker: { format: "es" },
  server: { headers },
  preview: { headers },
});
