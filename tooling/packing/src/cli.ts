import { bundleEngines } from "./bundle-engines.ts";

// Part of a package's `build`: runs in its folder, after the compiler.
await bundleEngines(process.cwd());
