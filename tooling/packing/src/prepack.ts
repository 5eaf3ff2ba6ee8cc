import { execFileSync } from "node:child_process";

// Before a package is packed or published. `publishConfig` and `workspace:` are applied by pnpm alone: any other tool would
// ship a package whose entry points are sources that depend on nothing that exists.
if (!process.env["npm_config_user_agent"]?.startsWith("pnpm/")) {
  console.error("prepack: pack and publish with pnpm: `pnpm pack`, `pnpm -r publish`");
  process.exit(1);
}
// Inside turbo the build came before.
if (process.env["TURBO_HASH"] === undefined) {
  execFileSync("pnpm", ["run", "build"], {
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
}
