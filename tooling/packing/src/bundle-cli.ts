// Part of `build` of packages/cli: the apps and what they share, which npm does not have, as chunks in one folder. What npm has
// stays a dependency. The modules that are started by their names, in threads and processes, keep them.
import { readFile, rm } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { build } from "rolldown";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "packages/cli");
const { devDependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));

/** Members of the workspace that are private: all that the package does not depend on when it is installed. */
const bundled = Object.keys(devDependencies);
const isBundled = (id: string) => bundled.some((name) => id === name || id.startsWith(`${name}/`));
const isOurs = (id: string) => id.startsWith(".") || isAbsolute(id) || isBundled(id);

await rm(join(folder, "dist"), { recursive: true, force: true });
await build({
  cwd: folder,
  platform: "node",
  external: (id) => !isOurs(id),
  input: {
    cli: "src/cli.ts",
    simulator: join(root, "apps/simulator/src/cli.ts"),
    worker: join(root, "apps/simulator/src/worker.ts"),
    "ensemble-worker": join(root, "apps/simulator/src/ensemble-worker.ts"),
  },
  output: { dir: "dist", format: "esm", chunkFileNames: "[name]-[hash].js" },
  logLevel: "warn",
});
