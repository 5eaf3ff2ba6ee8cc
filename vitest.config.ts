import { availableParallelism } from "node:os";
import { availableBackends } from "@eddyflow/backend";
import { defineConfig } from "vitest/config";
import { hasSwiftShader } from "./packages/backend/src/webgpu/swiftshader.ts";

/** Defines `toBeAllclose`. */
const matchers = "tooling/testing/src/setup.ts";

/** Packages that compute with tensors: their tests run once on every backend that the machine has. */
const tensorPackages =
  "{random,ops,backend,datasets,models,losses,samplers,distillation,methods,checkpointing,training,surrogate}";

const stripOnce = new URL("tooling/bootstrap/src/strip-once.mjs", import.meta.url).href;

const only = process.env["EDDYFLOW_BACKEND"];
const available = availableBackends();
const backends: readonly string[] = only ? [only] : available;

/**
 * Tests that run on WebGPU where there is no graphics card: on the processor in its place, slowly. Of the
 * others some read values synchronously, which WebGPU has not, and the rest use no further kernels.
 */
const testsOnSoftware = [
  "packages/{backend,ops}/src/**/*.test.ts",
  "packages/models/src/u-net.test.ts",
  "packages/surrogate/src/load-surrogate.test.ts",
  "packages/training/src/train.test.ts",
];
const onSoftware =
  !available.includes("webgpu") && hasSwiftShader() && (only ?? "webgpu") === "webgpu";
if (!onSoftware && !only && !available.includes("webgpu")) {
  console.warn("no tests on WebGPU: neither a graphics card nor @sparticuz/chromium is here");
}

/** Milliseconds for a test of less than a second: the machine may be busy with others. */
const patience = 20_000;

const onBackend = (
  name: string,
  include: string[],
  env: Record<string, string> = {},
  testTimeout = patience,
) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout,
    setupFiles: [matchers, "vitest.setup.ts"],
    env: { EDDYFLOW_BACKEND: name, ...env },
    // Engines take a second to load: once per worker, not once per file.
    isolate: false,
  },
});

export default defineConfig({
  test: {
    // So that `pnpm vitest` ends, and a word of its own such as `run` is no name of files.
    watch: false,
    // One less than the processors would leave one of two idle, while most tests keep only one busy.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    tags: [{ name: "slow", description: "takes more than a few seconds", timeout: 120_000 }],
    projects: [
      {
        extends: true,
        test: {
          name: "plain",
          // The apps that a test starts are started as a person's are.
          env: { NODE_OPTIONS: `--import ${stripOnce}` },
          setupFiles: [matchers],
          testTimeout: patience,
          include: ["{packages,apps,tooling}/*/src/**/*.test.ts"],
          exclude: [`packages/${tensorPackages}/**`, "**/node_modules/**"],
        },
      },
      ...backends
        .filter((name) => name !== "webgpu" || !onSoftware)
        .map((name) => onBackend(name, [`packages/${tensorPackages}/src/**/*.test.ts`])),
      ...(onSoftware
        ? [
            // A shader takes it a second to translate.
            onBackend(
              "webgpu",
              testsOnSoftware,
              { EDDYFLOW_WEBGPU_ADAPTER: "swiftshader" },
              60_000,
            ),
          ]
        : []),
    ],
  },
});
