// Installs the packed packages as a person does, by npm, pnpm and yarn, and uses them there. Needs a registry for tfjs-core.
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startRegistry } from "./local-registry.ts";
import { packAll } from "./pack-all.ts";
import { addPackages, packageManagers } from "./package-managers.ts";
import { sizeOfFolder } from "./size-of-folder.ts";

const mostBytes = 60e6;
const names = ["@eddyflow/surrogate", "@eddyflow/backend", "@tensorflow/tfjs-core"];

const registry = await startRegistry(packAll());
const scratch = await mkdtemp(join(tmpdir(), "eddyflow-install-"));
let failed = 0;
for (const manager of packageManagers) {
  const folder = join(scratch, manager.name);
  try {
    await addPackages(folder, manager, names, registry.address);
    const bytes = await sizeOfFolder(join(folder, "node_modules"));
    if (bytes > mostBytes) throw new Error(`${bytes} bytes are installed, more than ${mostBytes}`);
    await copyFile(join(import.meta.dirname, "application.mjs"), join(folder, "application.mjs"));
    const { EDDYFLOW_NATIVE: _, EDDYFLOW_BACKEND: __, ...env } = process.env;
    const options = { cwd: folder, env: { ...env, NODE_OPTIONS: "" } };
    await promisify(execFile)(process.execPath, ["application.mjs"], options);
    console.log(`  ${manager.name.padEnd(6)}${(bytes / 1e6).toFixed(1)} MB, and works`);
  } catch (error) {
    failed++;
    console.error(`  ${manager.name}: ${error instanceof Error ? error.message : error}`);
  }
}
registry.close();
await rm(scratch, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
