import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { bundleEngines } from "./bundle-engines.ts";

// `build` of packages/backend, in its folder. The compiler writes every file anew, since those of the last build were changed.
rmSync(".tsbuildinfo", { force: true });
execFileSync("tsc", ["-b"], { stdio: "inherit", shell: process.platform === "win32" });
await bundleEngines(process.cwd());
